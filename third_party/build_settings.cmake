# Compiler cache, linker, warnings and sanitizers, shared by every target.

if(NOT CMAKE_CXX_COMPILER_LAUNCHER AND NOT DEFINED ENV{CMAKE_CXX_COMPILER_LAUNCHER})
  find_program(CARICA_CCACHE ccache)
  if(CARICA_CCACHE)
    # The sloppiness lets ccache work with precompiled headers; base_dir lets clones share entries.
    set(CMAKE_CXX_COMPILER_LAUNCHER
        ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros
        CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${CARICA_CCACHE})
  endif()
endif()

foreach(linker mold lld)
  find_program(CARICA_LINKER_${linker} NAMES ${linker} ld.${linker})
  if(CARICA_LINKER_${linker})
    add_link_options(-fuse-ld=${linker})
    break()
  endif()
endforeach()

add_library(carica_warnings INTERFACE)
target_compile_options(carica_warnings INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
    $<$<BOOL:${CARICA_WERROR}>:-Werror>>
  # gcc 12 sees overflows in its own std::string that are not there (gcc bugs 105329, 105651).
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-array-bounds
    -Wno-stringop-overflow -Wno-restrict>)

if(CARICA_SANITIZE)
  list(JOIN CARICA_SANITIZE "," CARICA_SANITIZE_LIST)
  add_compile_options(-fsanitize=${CARICA_SANITIZE_LIST} -fno-omit-frame-pointer -g1)
  add_link_options(-fsanitize=${CARICA_SANITIZE_LIST})
endif()
