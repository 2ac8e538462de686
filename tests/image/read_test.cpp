#include <faceptor/image/read.hpp>

#include "support/catch.hpp"

using namespace faceptor;

TEST_CASE("an empty file is named", "[image][read]") {
  try {
    decode_image({}, {}, "a.jpg");
    FAIL("not refused");
  } catch (const Error& e) {
    CHECK(e.code() == ErrorCode::format);
    CHECK(e.where() == "a.jpg");
  }
}
