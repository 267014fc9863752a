package io.sensorium.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Data goes one way through the house, and nothing downstream is imported upstream. */
class FloorsTest {
    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            // an application of the library, on none of its floors
            .withImportOption(place -> !place.contains("/io/sensorium/samples/"))
            .importPackages("io.sensorium");

    @Test
    void inside_api_each_package_stands_on_those_below_it() {
        layeredArchitecture()
                .consideringOnlyDependenciesInAnyPackage("io.sensorium..")
                .layer("core")
                .definedBy("io.sensorium.core..")
                .layer("spi")
                .definedBy("io.sensorium.spi..")
                .layer("frozen")
                .definedBy("io.sensorium.frozen..")
                .layer("bundle")
                .definedBy("io.sensorium.bundle..")
                .layer("corpus")
                .definedBy("io.sensorium.corpus..")
                .layer("nn")
                .definedBy("io.sensorium.nn..")
                .layer("jepa")
                .definedBy("io.sensorium.jepa..")
                .layer("eval")
                .definedBy("io.sensorium.eval..")
                .layer("train")
                .definedBy("io.sensorium.train..")
                .layer("entry")
                .definedBy("io.sensorium")
                .whereLayer("core")
                .mayNotAccessAnyLayer()
                .whereLayer("spi")
                .mayOnlyAccessLayers("core")
                .whereLayer("frozen")
                .mayOnlyAccessLayers("core", "spi")
                .whereLayer("bundle")
                .mayOnlyAccessLayers("core", "spi")
                .whereLayer("corpus")
                .mayOnlyAccessLayers("core", "spi")
                .whereLayer("nn")
                .mayOnlyAccessLayers("core", "spi", "bundle")
                .whereLayer("jepa")
                .mayOnlyAccessLayers("core", "spi", "nn")
                .whereLayer("eval")
                .mayOnlyAccessLayers("core", "spi", "corpus")
                .whereLayer("train")
                .mayOnlyAccessLayers("core", "spi", "frozen", "bundle", "corpus", "nn", "jepa", "eval")
                .whereLayer("entry")
                .mayOnlyAccessLayers("core", "spi", "frozen", "bundle", "nn", "jepa")
                .check(HOUSE);
    }

    @Test
    void packages_form_no_cycles() {
        slices().matching("io.sensorium.(**)").should().beFreeOfCycles().check(HOUSE);
    }

    @Test
    void api_knows_no_modality_and_no_index() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "io.sensorium",
                        "io.sensorium.core..",
                        "io.sensorium.spi..",
                        "io.sensorium.frozen..",
                        "io.sensorium.bundle..",
                        "io.sensorium.corpus..",
                        "io.sensorium.nn..",
                        "io.sensorium.jepa..",
                        "io.sensorium.eval..",
                        "io.sensorium.train..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.sensorium.image..", "io.sensorium.audio..", "io.sensorium.text..", "io.sensorium.index..")
                .check(HOUSE);
    }

    @Test
    void modality_modules_do_not_see_each_other() {
        slices().matching("io.sensorium.(image|audio|text)..")
                .should()
                .notDependOnEachOther()
                .check(HOUSE);
    }

    @Test
    void modalities_need_only_what_the_spi_shows() {
        classes()
                .that()
                .resideInAnyPackage("io.sensorium.image..", "io.sensorium.audio..", "io.sensorium.text..")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage("io.sensorium.core..", "io.sensorium.spi..")
                        .or(resideInAnyPackage("io.sensorium.image..", "io.sensorium.audio..", "io.sensorium.text.."))
                        .or(com.tngtech.archunit.base.DescribedPredicate.not(resideInAPackage("io.sensorium.."))))
                .check(HOUSE);
    }

    @Test
    void the_index_sees_models_and_not_how_they_are_made() {
        noClasses()
                .that()
                .resideInAPackage("io.sensorium.index..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.sensorium.image..",
                        "io.sensorium.audio..",
                        "io.sensorium.text..",
                        "io.sensorium.nn..",
                        "io.sensorium.jepa..",
                        "io.sensorium.train..",
                        "ai.djl..")
                .check(HOUSE);
    }
}
