#include <cstdio>

#include <faceptor/synthetic/faces.hpp>

int main() {
  const auto painted = faceptor::synthetic::SyntheticFaces(1, faceptor::synthetic::SyntheticOptions{.size = {64, 64}}).face(0);
  std::printf("%d x %d\n", painted.image.width(), painted.image.height());
  return painted.image.width() == 64 ? 0 : 1;
}
