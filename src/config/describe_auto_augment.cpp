#include "config/describe.h"

namespace carica::config {

void describe(Visitor& v, AutoAugment& t) {
  v.field("policy", t.policy,
          {.help = "the data it was learned on", .choices = {"imagenet", "cifar10", "svhn"}});
  v.field("interpolation", t.interpolation,
          {.help = "of pictures; masks are always nearest", .choices = {"nearest", "bilinear"}});
  v.field(
      "fill", t.fill,
      {.help = "of the picture outside, or [red, green, blue]; null: black, without a dark seam",
       .range = closed(0, 255),
       .form = Form::kNumbers,
       .length = {1, 3},
       .nullable = true});
}

void describe(Visitor& v, RandAugment& t) {
  v.field("num_ops", t.num_ops,
          {.help = "operations, one after the other", .range = closed(0, 100)});
  v.field("magnitude", t.magnitude,
          {.help = "strength: the bin, counted from 0", .range = closed(0, 999)});
  v.field("num_magnitude_bins", t.num_magnitude_bins,
          {.help = "bins of strength; more than magnitude", .range = closed(2, 1000)});
  v.field("interpolation", t.interpolation,
          {.help = "of pictures; masks are always nearest", .choices = {"nearest", "bilinear"}});
  v.field(
      "fill", t.fill,
      {.help = "of the picture outside, or [red, green, blue]; null: black, without a dark seam",
       .range = closed(0, 255),
       .form = Form::kNumbers,
       .length = {1, 3},
       .nullable = true});
}

void describe(Visitor& v, TrivialAugmentWide& t) {
  v.field("num_magnitude_bins", t.num_magnitude_bins,
          {.help = "bins of strength", .range = closed(2, 1000)});
  v.field("interpolation", t.interpolation,
          {.help = "of pictures; masks are always nearest", .choices = {"nearest", "bilinear"}});
  v.field(
      "fill", t.fill,
      {.help = "of the picture outside, or [red, green, blue]; null: black, without a dark seam",
       .range = closed(0, 255),
       .form = Form::kNumbers,
       .length = {1, 3},
       .nullable = true});
}

void describe(Visitor& v, AugMix& t) {
  v.field("severity", t.severity, {.help = "strength of the operations", .range = closed(1, 10)});
  v.field("mixture_width", t.mixture_width, {.help = "chains", .range = closed(1, 100)});
  v.field("chain_depth", t.chain_depth,
          {.help = "operations of a chain; -1: drawn from 1 to 3", .range = closed(-1, 100)});
  v.field("alpha", t.alpha,
          {.help = "of the Dirichlet and beta distributions of the weights",
           .range = left_open(0, 1000)});
  v.field("all_ops", t.all_ops, {.help = "also brightness, colour, contrast and sharpness"});
  v.field("interpolation", t.interpolation,
          {.help = "of pictures; masks are always nearest", .choices = {"nearest", "bilinear"}});
  v.field(
      "fill", t.fill,
      {.help = "of the picture outside, or [red, green, blue]; null: black, without a dark seam",
       .range = closed(0, 255),
       .form = Form::kNumbers,
       .length = {1, 3},
       .nullable = true});
}

}  // namespace carica::config
