#include <faceptor/program/program.hpp>

int main(int argc, char** argv) { return faceptor::program::main(argc, argv); }
