# Joins page.html with its style and scripts: cmake -DFOLDER=src/report/html -DOUT=FILE -P embed.cmake
# OUT is a .cpp that defines kHtmlShell (html_shell.h), or an .html. order.txt gives the order of the scripts. Indentation,
# comments and spaces around what is an operator wherever it stands are left out.
cmake_minimum_required(VERSION 3.25)

function(read_lines name variable)
  file(READ "${FOLDER}/${name}" text)
  string(REGEX REPLACE "(^|\n) +" "\\1" text "${text}")
  string(REGEX REPLACE "(^|\n)(// [^\n]*\n)+" "\\1" text "${text}")
  string(REGEX REPLACE "  // [^\n]*" "" text "${text}")
  set(${variable} "${text}" PARENT_SCOPE)
endfunction()

read_lines(report.css css)
string(REGEX REPLACE "/\\*[^*]*\\*/\n" "" css "${css}")
string(REGEX REPLACE " *([{},;])[ \n]*" "\\1" css "${css}")
string(REPLACE ": " ":" css "${css}")
string(REPLACE ";}" "}" css "${css}")

set(js "")
file(STRINGS "${FOLDER}/order.txt" names)
foreach(name IN LISTS names)
  read_lines(${name} one)
  string(APPEND js "${one}")
endforeach()
foreach(operator "=>" "===" "!==" "&&" "||" "??" "=" "+" "*" "?" ":" "<" "<=" ">=")
  string(REPLACE " ${operator} " "${operator}" js "${js}")
endforeach()
string(REPLACE ") {" "){" js "${js}")
string(REGEX REPLACE "([;{(,])\n" "\\1" js "${js}")
string(REGEX REPLACE "\n([})])" "\\1" js "${js}")

file(READ "${FOLDER}/page.html" page)
string(REPLACE "@css@" "${css}" page "${page}")
string(REPLACE "@js@" "${js}" page "${page}")
if(OUT MATCHES "\\.html$")
  file(WRITE "${OUT}" "${page}")
  return()
endif()

# Compilers need not take literals of more than 64 KiB: adjacent ones are joined.
set(literals "")
string(LENGTH "${page}" length)
while(length GREATER 0)
  string(SUBSTRING "${page}" 0 8000 piece)
  if(length GREATER 8000)  # never within a character of several bytes
    string(FIND "${piece}" "}" end REVERSE)
    math(EXPR end "${end} + 1")
    string(SUBSTRING "${piece}" 0 ${end} piece)
  endif()
  string(APPEND literals "R\"page(${piece})page\"\n")
  string(LENGTH "${piece}" taken)
  string(SUBSTRING "${page}" ${taken} -1 page)
  string(LENGTH "${page}" length)
endwhile()
file(WRITE "${OUT}" "#include \"report/html_shell.h\"

namespace carica::report {

const char* const kHtmlShell =
${literals};

}  // namespace carica::report
")
