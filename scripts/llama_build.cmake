# Read by CMake at `project(llama_cpp)` of llama-cpp-python, through CMAKE_PROJECT_llama_cpp_INCLUDE.
# Its CMakeLists.txt forces LLAMA_BUILD_COMMON on in the cache: helpers of the command-line programs of llama.cpp, more
# than forty source files that nothing here needs. A plain variable goes before one of the cache (policy CMP0126).
set(LLAMA_BUILD_COMMON OFF)
