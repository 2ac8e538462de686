#include <cstdio>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/image/image.hpp>

#include "consumer.hpp"

int main() {
  const faceptor::Image image(4, 2);
  const bool good = image.pixels().size() == 24 && refused().find("image: a side is negative") == 0;
  std::printf("%s\n", refused().c_str());
  return good ? 0 : 1;
}
