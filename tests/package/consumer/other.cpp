#ifdef CONSUMER_LIGHT
#include <faceptor/core/error.hpp>
#include <faceptor/image/image.hpp>
#else
#include <faceptor/faceptor.hpp>
#endif

#include "consumer.hpp"

std::string refused() {
  try {
    return "a picture of " + std::to_string(faceptor::Image(-1, 1).pixels().size()) + " bytes";
  } catch (const faceptor::Error& error) {
    return error.what();
  }
}
