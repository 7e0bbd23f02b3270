#pragma once

#include <string_view>

namespace carica {

/// stderr, shared by the log and the live line: whole lines, one writer at a time. For core only;
/// others use log.h and progress.h. Clears the live line, if one is drawn, then prints `line` and a
/// line break.
void print_to_console(std::string_view line);

/// Draws the live line anew, cut to the width of the terminal.
void draw_live_line(std::string_view text);

/// True when stderr is a terminal that can redraw a line.
bool console_is_live();

}  // namespace carica
