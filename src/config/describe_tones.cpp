#include "config/describe.h"

namespace carica::config {

void describe(Visitor& v, RandomGrayscale& t) {
  v.field("p", t.p, {.help = "probability", .range = closed(0, 1)});
}

void describe(Visitor& v, GaussianBlur& t) {
  v.field("kernel_size", t.kernel_size,
          {.help = "odd, or [width, height]",
           .unit = "pixels",
           .range = closed(1, 255),
           .form = Form::kNumbers,
           .length = {1, 2},
           .required = true});
  v.field("sigma", t.sigma,
          {.help = "standard deviation, or drawn from [low, high]",
           .unit = "pixels",
           .range = left_open(0, 64),
           .form = Form::kNumbers,
           .length = {1, 2}});
}

void describe(Visitor& v, RandomErasing& t) {
  v.field("p", t.p, {.help = "probability", .range = closed(0, 1)});
  v.field("scale", t.scale,
          {.help = "share of the area, least and most",
           .range = closed(0, 1),
           .form = Form::kInterval});
  v.field("ratio", t.ratio,
          {.help = "height over width, least and most",
           .range = left_open(0, 100),
           .form = Form::kInterval});
  v.field("value", t.value,
          {.help = "in the units after Normalize: 0 is its mean; random: normal noise",
           .form = Form::kErasing});
}

void describe(Visitor& v, RandomPosterize& t) {
  v.field("bits", t.bits, {.help = "bits that stay", .range = closed(0, 8), .required = true});
  v.field("p", t.p, {.help = "probability", .range = closed(0, 1)});
}

void describe(Visitor& v, RandomSolarize& t) {
  v.field("threshold", t.threshold,
          {.help = "values from here on are inverted", .range = closed(0, 255), .required = true});
  v.field("p", t.p, {.help = "probability", .range = closed(0, 1)});
}

void describe(Visitor& v, RandomEqualize& t) {
  v.field("p", t.p, {.help = "probability", .range = closed(0, 1)});
}

void describe(Visitor& v, RandomAutocontrast& t) {
  v.field("p", t.p, {.help = "probability", .range = closed(0, 1)});
}

void describe(Visitor& v, RandomAdjustSharpness& t) {
  v.field("sharpness_factor", t.sharpness_factor,
          {.help = "0 blurs, 1 changes nothing, 2 sharpens",
           .range = closed(0, 100),
           .required = true});
  v.field("p", t.p, {.help = "probability", .range = closed(0, 1)});
}

void describe(Visitor& v, RandomInvert& t) {
  v.field("p", t.p, {.help = "probability", .range = closed(0, 1)});
}

void describe(Visitor& v, CLAHE& t) {
  v.field("clip_limit", t.clip_limit,
          {.help = "of a bin, as a multiple of the mean", .range = left_open(0, 1000)});
  v.field("tile_grid_size", t.tile_grid_size,
          {.help = "tiles along x and y", .range = closed(1, 256), .length = {2, 2}});
}

void describe(Visitor& v, PhotoMetricDistortion& t) {
  v.field("brightness_delta", t.brightness_delta,
          {.help = "added: drawn from [-x, x]", .range = closed(0, 255)});
  v.field("contrast_range", t.contrast_range,
          {.help = "factor, least and most", .range = closed(0, 100), .form = Form::kInterval});
  v.field("saturation_range", t.saturation_range,
          {.help = "the same", .range = closed(0, 100), .form = Form::kInterval});
  v.field("hue_delta", t.hue_delta,
          {.help = "shift of the hue, of 180: drawn from [-x, x)", .range = closed(0, 180)});
}

}  // namespace carica::config
