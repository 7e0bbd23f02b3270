#pragma once

#include <span>

#include "config/alternatives.h"
#include "config/config.h"
#include "config/visitor.h"

namespace carica::config {

// The descriptions: names, ranges, choices, units and help of every field, in the order in which
// they are written and documented.

void describe(Visitor& v, Config& c);

void describe(Visitor& v, DataConfig& c);
void describe(Visitor& v, SplitConfig& c);
void describe(Visitor& v, ListsConfig& c);
void describe(Visitor& v, MaskConfig& c);
void describe(Visitor& v, LoaderConfig& c);

void describe(Visitor& v, TransformsConfig& c);
void describe(Visitor& v, BatchTransformsConfig& c);
void describe(Visitor& v, Resize& t);
void describe(Visitor& v, CenterCrop& t);
void describe(Visitor& v, RandomCrop& t);
void describe(Visitor& v, RandomResizedCrop& t);
void describe(Visitor& v, RandomHorizontalFlip& t);
void describe(Visitor& v, RandomVerticalFlip& t);
void describe(Visitor& v, ColorJitter& t);
void describe(Visitor& v, RandomResize& t);
void describe(Visitor& v, Pad& t);
void describe(Visitor& v, RandomRotation& t);
void describe(Visitor& v, RandomAffine& t);
void describe(Visitor& v, RandomPerspective& t);
void describe(Visitor& v, ElasticTransform& t);
void describe(Visitor& v, RandomGrayscale& t);
void describe(Visitor& v, GaussianBlur& t);
void describe(Visitor& v, RandomErasing& t);
void describe(Visitor& v, RandomPosterize& t);
void describe(Visitor& v, RandomSolarize& t);
void describe(Visitor& v, RandomEqualize& t);
void describe(Visitor& v, RandomAutocontrast& t);
void describe(Visitor& v, RandomAdjustSharpness& t);
void describe(Visitor& v, RandomInvert& t);
void describe(Visitor& v, AutoAugment& t);
void describe(Visitor& v, RandAugment& t);
void describe(Visitor& v, TrivialAugmentWide& t);
void describe(Visitor& v, AugMix& t);
void describe(Visitor& v, CLAHE& t);
void describe(Visitor& v, PhotoMetricDistortion& t);
void describe(Visitor& v, Normalize& t);

void describe(Visitor& v, ModelConfig& c);
void describe(Visitor& v, CrossEntropyLoss& l);
void describe(Visitor& v, BceLoss& l);
void describe(Visitor& v, DiceLoss& l);
void describe(Visitor& v, FocalLoss& l);

void describe(Visitor& v, OptimConfig& c);
void describe(Visitor& v, ScheduleConfig& c);
void describe(Visitor& v, TrainConfig& c);
void describe(Visitor& v, FreezeConfig& c);
void describe(Visitor& v, EmaConfig& c);
void describe(Visitor& v, EarlyStopConfig& c);
void describe(Visitor& v, EvalConfig& c);
void describe(Visitor& v, ReportConfig& c);

/// The names of the losses and transforms, each once.
std::span<const AlternativeRow<LossTerm>> loss_table();
std::span<const AlternativeRow<TransformOptions>> transform_table();

}  // namespace carica::config
