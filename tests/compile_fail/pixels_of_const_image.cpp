// expect: (invalid conversion from|cannot initialize).*const
// The pixels of a constant picture can't be written.
#include <faceptor/image/image.hpp>

void blacken(const faceptor::Image& image) {
  std::uint8_t* pixel = image.at(0, 0);
  *pixel = 0;
}
