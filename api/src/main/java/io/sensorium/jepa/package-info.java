/**
 * Joint-embedding prediction: {@link io.sensorium.jepa.Jepa} holds the encoders and the predictors between them, an
 * {@link io.sensorium.jepa.Objective} says what is trained, {@link io.sensorium.jepa.ObjectiveLoss} computes it from the
 * formulas in {@link io.sensorium.jepa.Losses}. {@link io.sensorium.jepa.MaskedPrediction} is the part of it that stays within
 * one modality, with {@link io.sensorium.jepa.MultiBlockMask}'s masks.
 *
 * <p>Sources: I-JEPA (arXiv 2301.08243), LeJEPA's SIGReg (2511.08544), LeVLJEPA's cross-modal objective (2607.00784),
 * VICReg (2105.04906), CLIP's InfoNCE (2103.00020), SigLIP (2303.15343), VSE++'s hinge (1707.05612).
 */
@NullMarked
package io.sensorium.jepa;

import org.jspecify.annotations.NullMarked;
