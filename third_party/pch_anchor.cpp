// Gives the precompiled headers a source to be compiled with.
