# Writes the page of src/report/html with its style and scripts as a C++ source: cmake -DFOLDER=... -DOUT=... -P embed.cmake
# Indentation and lines of comment are left out; order.txt gives the order of the scripts.
cmake_minimum_required(VERSION 3.25)

function(read_lines name variable)
  file(READ "${FOLDER}/${name}" text)
  string(REGEX REPLACE "(^|\n) +" "\\1" text "${text}")
  string(REGEX REPLACE "(^|\n)(// [^\n]*\n)+" "\\1" text "${text}")
  set(${variable} "${text}" PARENT_SCOPE)
endfunction()

read_lines(report.css css)
set(js "")
file(STRINGS "${FOLDER}/order.txt" names)
foreach(name IN LISTS names)
  read_lines(${name} one)
  string(APPEND js "${one}")
endforeach()
file(READ "${FOLDER}/page.html" page)
string(REPLACE "@css@" "${css}" page "${page}")
string(REPLACE "@js@" "${js}" page "${page}")

# Compilers need not take literals of more than 64 KiB: adjacent ones are joined.
set(literals "")
string(LENGTH "${page}" length)
while(length GREATER 0)
  string(SUBSTRING "${page}" 0 8000 piece)
  string(APPEND literals "R\"page(${piece})page\"\n")
  string(LENGTH "${piece}" taken)
  string(SUBSTRING "${page}" ${taken} -1 page)
  string(LENGTH "${page}" length)
endwhile()
file(WRITE "${OUT}" "#include \"report/html_shell.h\"\n\nnamespace carica::report {\n\nconst char* const kHtmlShell =\n${literals};\n\n}  // namespace carica::report\n")
