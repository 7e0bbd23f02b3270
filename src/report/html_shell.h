#pragma once

namespace carica::report {

/// src/report/html/page.html with its style and scripts, the markers @title@ and @data@ left. Made
/// at build time.
extern const char* const kHtmlShell;

}  // namespace carica::report
