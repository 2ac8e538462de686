#include <cstdio>

#include <faceptor/report/svg.hpp>

int main() {
  const auto text = faceptor::report::svg::escaped("a < b");
  std::printf("%s\n", text.c_str());
  return text == "a &lt; b" ? 0 : 1;
}
