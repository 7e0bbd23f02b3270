#pragma once

#include "analysis/page.h"
#include "analysis/request.h"

namespace carica::analysis {

/// `classes` of the page: names, and how many samples of each the splits hold.
void add_class_counts(Page& page, const Subject& subject);

}  // namespace carica::analysis
