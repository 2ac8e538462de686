#include <faceptor/core/error.hpp>

#include "support/catch.hpp"

using faceptor::Error;
using faceptor::ErrorCode;

TEST_CASE("an error is one sentence of its parts", "[core]") {
  const Error error = Error(ErrorCode::shape, "weights: tensor \"a\" has the wrong shape")
                          .where("demo.safetensors, byte 80")
                          .expected("[64, 128]")
                          .found("[64, 256]")
                          .hint("was it saved for another width?");
  CHECK(std::string(error.what()) ==
        "weights: tensor \"a\" has the wrong shape (demo.safetensors, byte 80): expected [64, 128], found [64, 256]; "
        "was it saved for another width?");
  CHECK(error.code() == ErrorCode::shape);
  CHECK(error.where() == "demo.safetensors, byte 80");
}

TEST_CASE("parts left out leave no trace", "[core]") {
  CHECK(std::string(Error(ErrorCode::io, "image: the file is empty").what()) == "image: the file is empty");
  CHECK(std::string(Error(ErrorCode::io, "image: no face").found("0").what()) == "image: no face: found 0");
}

TEST_CASE("every code has a name", "[core]") {
  CHECK(to_string(ErrorCode::io) == "io");
  CHECK(to_string(ErrorCode::mismatch) == "mismatch");
}
