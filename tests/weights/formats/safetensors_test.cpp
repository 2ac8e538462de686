#include <faceptor/weights/safetensors.hpp>

#include "support/catch.hpp"
#include "support/golden.hpp"

using namespace faceptor;
using namespace faceptor::weights;

TEST_CASE("golden safetensors files open, and every tensor has the bytes of its shape", "[weights][safetensors]") {
  const auto folder = golden::find("model/foreign/good");
  if (!folder) FACEPTOR_SKIP("model/foreign/good is absent");
  int files = 0;
  for (const auto& item : std::filesystem::directory_iterator(*folder)) {
    if (item.path().extension() != ".safetensors") continue;
    const auto file = SafetensorsFile::open(item.path());
    ++files;
    for (const auto& tensor : file.tensors()) {
      CAPTURE(item.path().string(), tensor.name);
      CHECK(byte_count(tensor.dtype, tensor.shape) == tensor.bytes.size());
      CHECK(&file.at(tensor.name) == &tensor);
    }
  }
  CHECK(files > 0);
}
