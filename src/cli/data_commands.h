#pragma once

#include "cli/command.h"
#include "config/config.h"

namespace carica::cli {

void define_data_make(CLI::App& app, Invocation& invocation);
void define_data_check(CLI::App& app, Invocation& invocation);
void define_data_stats(CLI::App& app, Invocation& invocation);
void define_data_browse(CLI::App& app, Invocation& invocation);
void define_data_pack(CLI::App& app, Invocation& invocation);
void define_bench_data(CLI::App& app, Invocation& invocation);
void define_data_split(CLI::App& app, Invocation& invocation);

/// For commands that look at each file once: reads the data set's own files, whatever data.cache
/// says, and logs so where it says shards.
void look_at_files(config::Config& config);

}  // namespace carica::cli
