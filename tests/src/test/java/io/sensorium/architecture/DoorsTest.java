package io.sensorium.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What an application can touch is made of the JDK's types, Jackson's trees and our own. */
class DoorsTest {
    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.sensorium");

    @Test
    void no_tensor_appears_where_an_application_looks() {
        classes()
                .that()
                .resideInAnyPackage(
                        "io.sensorium",
                        "io.sensorium.core..",
                        "io.sensorium.spi..",
                        "io.sensorium.index..",
                        "io.sensorium.bundle..",
                        "io.sensorium.corpus..",
                        "io.sensorium.eval..",
                        "io.sensorium.image..",
                        "io.sensorium.audio..",
                        "io.sensorium.text..")
                .and()
                .arePublic()
                .should(showNothingOf("ai.djl"))
                .check(HOUSE);
    }

    @Test
    void training_shows_no_tensor_either() {
        classes()
                .that()
                .resideInAPackage("io.sensorium.train..")
                .and()
                .arePublic()
                .should(showNothingOf("ai.djl"))
                .check(HOUSE);
    }

    @Test
    void lucene_stays_inside_the_index() {
        classes()
                .that()
                .resideInAPackage("io.sensorium.index..")
                .and()
                .arePublic()
                .and(DescribedPredicate.not(areCodecs()))
                .should(showNothingOf("org.apache.lucene"))
                .check(HOUSE);
        // the split tool finds words by Lucene's analyzers
        noClasses()
                .that()
                .resideOutsideOfPackages("io.sensorium.index..", "io.sensorium.samples.split..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.lucene..")
                .check(HOUSE);
    }

    @Test
    void only_the_gpl_artifact_uses_tarsos() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.sensorium.audio.tarsos..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("be.tarsos..")
                .check(HOUSE);
        assertThat(HOUSE.get("io.sensorium.audio.tarsos.TarsosEngine").getDirectDependenciesFromSelf())
                .as("else the rule would hold of an empty house")
                .anyMatch(d -> d.getTargetClass().getPackageName().startsWith("be.tarsos"));
    }

    @Test
    void the_rule_sees_a_tensor_where_there_is_one() {
        assertThat(HOUSE.get("io.sensorium.nn.AdamW").getMembers().stream()
                        .filter(DoorsTest::visible)
                        .flatMap(DoorsTest::shown))
                .anyMatch(type -> type.getPackageName().startsWith("ai.djl"));
    }

    /** A codec must be public, since Lucene's service loader makes it; no application names it. */
    private static DescribedPredicate<JavaClass> areCodecs() {
        return DescribedPredicate.describe(
                "are Lucene codecs", type -> type.isAssignableTo("org.apache.lucene.codecs.Codec"));
    }

    private static ArchCondition<JavaClass> showNothingOf(String library) {
        return new ArchCondition<>("show nothing of " + library) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                type.getMembers().stream()
                        .filter(DoorsTest::visible)
                        .forEach(member -> shown(member)
                                .filter(t -> t.getBaseComponentType()
                                        .getPackageName()
                                        .startsWith(library))
                                .forEach(t -> events.add(SimpleConditionEvent.violated(
                                        member, "%s shows %s".formatted(member.getFullName(), t.getName())))));
                Stream.concat(type.getAllRawSuperclasses().stream(), type.getAllRawInterfaces().stream())
                        .filter(t -> t.getPackageName().startsWith(library))
                        .forEach(t -> events.add(SimpleConditionEvent.violated(
                                type, "%s is a %s".formatted(type.getName(), t.getName()))));
            }
        };
    }

    private static boolean visible(JavaMember member) {
        Set<JavaModifier> modifiers = member.getModifiers();
        return (modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED))
                && !modifiers.contains(JavaModifier.SYNTHETIC);
    }

    /** Every type in a member's signature, type arguments and declared exceptions included. */
    private static Stream<JavaClass> shown(JavaMember member) {
        return switch (member) {
            case JavaField field -> field.getType().getAllInvolvedRawTypes().stream();
            case JavaCodeUnit unit ->
                Stream.of(
                                unit.getReturnType().getAllInvolvedRawTypes().stream(),
                                unit.getParameterTypes().stream().flatMap(t -> t.getAllInvolvedRawTypes().stream()),
                                unit.getExceptionTypes().stream())
                        .flatMap(s -> s);
            default -> Stream.empty();
        };
    }
}
