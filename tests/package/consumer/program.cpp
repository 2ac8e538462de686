#include <cstdio>

#include <faceptor/program/program.hpp>

int main(int argc, char** argv) {
  faceptor::program::Program program;
  const auto count = [](auto words) { return std::printf("%zu words\n", words.size()) > 0 ? 0 : 1; };
  return program.remove("forward").add({"count", "count words", "consumer count a b", count}).run(argc, argv);
}
