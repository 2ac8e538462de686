#include <cstdio>

#include <faceptor/datasets/open_dataset.hpp>

int main() {
  const auto formats = faceptor::datasets::dataset_formats();
  std::printf("%zu formats\n", formats.size());
  return formats.size() >= 16 ? 0 : 1;
}
