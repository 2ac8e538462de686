#include <faceptor/files/sha256.hpp>

#include <vector>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

using namespace faceptor::files;

namespace {

std::string hash_of(std::string_view text, std::size_t piece = 1 << 20) {
  Sha256 hash;
  for (std::size_t i = 0; i < text.size(); i += piece) hash.update(text.substr(i, piece));
  return hash.finish();
}

}  // namespace

TEST_CASE("SHA-256 of the standard's examples", "[weights][sha256]") {
  CHECK(hash_of("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(hash_of("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(hash_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(hash_of(std::string(1000000, 'a')) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("SHA-256 doesn't depend on how its input is cut", "[weights][sha256]") {
  const std::string text(300, 'x');
  for (std::size_t length = 0; length < text.size(); ++length) {
    const auto whole = hash_of(std::string_view(text).substr(0, length));
    for (const std::size_t piece : {1, 7, 63, 64, 65}) CHECK(hash_of(std::string_view(text).substr(0, length), piece) == whole);
  }
  const TemporaryFolder folder;
  CHECK(file_hash(folder.write("text", text)) == hash_of(text));
}

TEST_CASE("a model's hash depends on names, types, shapes and values, not on order", "[weights][sha256]") {
  const std::vector<float> values{1, 2};
  const std::vector<std::int64_t> flat{2}, tall{2, 1};
  const auto bytes = std::as_bytes(std::span(values));
  const TensorView a{"a", DType::f32, flat, bytes}, b{"b", DType::f32, flat, bytes};
  const auto hash = content_hash(std::vector{a, b});
  CHECK(content_hash(std::vector{b, a}) == hash);
  CHECK(content_hash(std::vector{a}) != hash);
  CHECK(content_hash(std::vector{a, TensorView{"c", DType::f32, flat, bytes}}) != hash);
  CHECK(content_hash(std::vector{a, TensorView{"b", DType::i32, flat, bytes}}) != hash);
  CHECK(content_hash(std::vector{a, TensorView{"b", DType::f32, tall, bytes}}) != hash);
  const std::vector<float> other{1, 3};
  CHECK(content_hash(std::vector{a, TensorView{"b", DType::f32, flat, std::as_bytes(std::span(other))}}) != hash);
}
