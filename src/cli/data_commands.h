#pragma once

#include "cli/command.h"

namespace carica::cli {

void define_data_make(CLI::App& app, Invocation& invocation);
void define_data_check(CLI::App& app, Invocation& invocation);
void define_data_stats(CLI::App& app, Invocation& invocation);
void define_data_browse(CLI::App& app, Invocation& invocation);
void define_data_pack(CLI::App& app, Invocation& invocation);
void define_bench_data(CLI::App& app, Invocation& invocation);
void define_data_split(CLI::App& app, Invocation& invocation);

}  // namespace carica::cli
