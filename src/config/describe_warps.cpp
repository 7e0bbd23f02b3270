#include "config/describe.h"

namespace carica::config {

void describe(Visitor& v, Pad& t) {
  v.field("padding", t.padding,
          {.help = "on every side, or [left/right, top/bottom], or [left, top, right, bottom]",
           .unit = "pixels",
           .range = closed(0, 4096),
           .form = Form::kNumbers,
           .length = {1, 4},
           .required = true});
  v.field("fill", t.fill,
          {.help = "constant: the value, or [red, green, blue]; masks get ignore_index",
           .range = closed(0, 255),
           .form = Form::kNumbers,
           .length = {1, 3}});
  v.field("padding_mode", t.padding_mode,
          {.help = "what padding is filled with",
           .choices = {"constant", "edge", "reflect", "symmetric"}});
}

void describe(Visitor& v, RandomRotation& t) {
  v.field("degrees", t.degrees,
          {.help = "angle drawn from [-x, x], or from [low, high]; counter-clockwise",
           .unit = "degrees",
           .range = closed(-360, 360),
           .form = Form::kNumbers,
           .length = {1, 2},
           .required = true});
  v.field("interpolation", t.interpolation,
          {.help = "of pictures; masks are always nearest", .choices = {"nearest", "bilinear"}});
  v.field("expand", t.expand, {.help = "enlarges the result until it holds the whole picture"});
  v.field("center", t.center,
          {.help = "[x, y] of the fixed point from the upper left corner; null: the middle",
           .unit = "pixels",
           .range = closed(-32768, 32768),
           .length = {2, 2},
           .nullable = true});
  v.field("fill", t.fill,
          {.help = "of the picture outside, or [red, green, blue]; masks get ignore_index",
           .range = closed(0, 255),
           .form = Form::kNumbers,
           .length = {1, 3}});
}

void describe(Visitor& v, RandomAffine& t) {
  v.field("degrees", t.degrees,
          {.help = "angle drawn from [-x, x], or from [low, high]; counter-clockwise",
           .unit = "degrees",
           .range = closed(-360, 360),
           .form = Form::kNumbers,
           .length = {1, 2},
           .required = true});
  v.field("translate", t.translate,
          {.help = "greatest shift in x and y, as shares of the width and the height; null: none",
           .range = closed(0, 1),
           .length = {2, 2},
           .nullable = true});
  v.field("scale", t.scale,
          {.help = "factor, least and most; null: 1",
           .range = left_open(0, 16),
           .form = Form::kInterval,
           .nullable = true});
  v.field(
      "shear", t.shear,
      {.help =
           "x sheared by [-x, x], or [low, high], or x and y by [low, high, low, high]; null: none",
       .unit = "degrees",
       .range = open(-90, 90),
       .form = Form::kNumbers,
       .length = {1, 4},
       .nullable = true});
  v.field("interpolation", t.interpolation,
          {.help = "of pictures; masks are always nearest", .choices = {"nearest", "bilinear"}});
  v.field("fill", t.fill,
          {.help = "of the picture outside, or [red, green, blue]; masks get ignore_index",
           .range = closed(0, 255),
           .form = Form::kNumbers,
           .length = {1, 3}});
  v.field("center", t.center,
          {.help = "[x, y] of the fixed point from the upper left corner; null: the middle",
           .unit = "pixels",
           .range = closed(-32768, 32768),
           .length = {2, 2},
           .nullable = true});
}

void describe(Visitor& v, RandomPerspective& t) {
  v.field("distortion_scale", t.distortion_scale,
          {.help = "how far the corners may move inwards, as a share of half a side",
           .range = closed(0, 1)});
  v.field("p", t.p, {.help = "probability", .range = closed(0, 1)});
  v.field("interpolation", t.interpolation,
          {.help = "of pictures; masks are always nearest", .choices = {"nearest", "bilinear"}});
  v.field("fill", t.fill,
          {.help = "of the picture outside, or [red, green, blue]; masks get ignore_index",
           .range = closed(0, 255),
           .form = Form::kNumbers,
           .length = {1, 3}});
}

void describe(Visitor& v, ElasticTransform& t) {
  v.field("alpha", t.alpha,
          {.help = "strength, or that of x and y",
           .range = closed(0, 10000),
           .form = Form::kNumbers,
           .length = {1, 2}});
  v.field("sigma", t.sigma,
          {.help = "smoothness, or that along x and y; 0: none",
           .unit = "pixels",
           .range = closed(0, 64),
           .form = Form::kNumbers,
           .length = {1, 2}});
  v.field("interpolation", t.interpolation,
          {.help = "of pictures; masks are always nearest", .choices = {"nearest", "bilinear"}});
  v.field("fill", t.fill,
          {.help = "of the picture outside, or [red, green, blue]; masks get ignore_index",
           .range = closed(0, 255),
           .form = Form::kNumbers,
           .length = {1, 3}});
}

}  // namespace carica::config
