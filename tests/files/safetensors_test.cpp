#include <faceptor/files/safetensors.hpp>

#include <sys/resource.h>

#include <csignal>
#include <cstring>
#include <vector>

#include "support/catch.hpp"
#include "support/golden.hpp"
#include "support/temporary_folder.hpp"

using namespace faceptor;
using namespace faceptor::files;

namespace {

template <class T>
TensorView view_of(std::string_view name, DType dtype, std::span<const std::int64_t> shape, const std::vector<T>& values) {
  return {name, dtype, shape, std::as_bytes(std::span(values))};
}

}  // namespace

TEST_CASE("a safetensors file in memory is checked like one on disk", "[weights][safetensors]") {
  const TemporaryFolder folder;
  const std::vector<float> values{1, 2, 3};
  const std::vector<std::int64_t> shape{3};
  write_safetensors(folder / "a.safetensors", std::vector{view_of("a", DType::f32, shape, values)}, {{"licence", "MIT"}});
  const auto text = read_text(folder / "a.safetensors");
  const auto bytes = std::as_bytes(std::span(text));
  const auto file = SafetensorsFile::over(bytes, "in memory");
  CHECK(file.metadata().at("licence") == "MIT");
  CHECK(file.at("a").as<float>()[2] == 3);
  CHECK(file.path() == "in memory");
  const auto error = [&] {
    try {
      SafetensorsFile::over(bytes.first(bytes.size() - 1), "in memory");
    } catch (const Error& e) {
      return e.where();
    }
    return std::string();
  }();
  CHECK(error.starts_with("in memory, byte "));
}

TEST_CASE("golden safetensors files open, and every tensor has the bytes of its shape", "[weights][safetensors]") {
  const auto folder = golden::find("model");
  if (!folder) FACEPTOR_SKIP("model is absent");
  int files = 0;
  for (const auto& item : std::filesystem::recursive_directory_iterator(*folder)) {
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

TEST_CASE("tensors and metadata come back as they were written", "[weights][safetensors]") {
  const TemporaryFolder folder;
  const std::vector<float> weights{1.5f, -2.0f, 0.0f, 1e-40f, 3e38f, -0.0f};
  const std::vector<std::uint16_t> halves{0x3c00, 0x7c00, 0x0001};
  const std::vector<std::uint8_t> bytes{1, 2, 3};
  const std::vector<std::int64_t> counts{-1};
  const std::vector<std::int64_t> six{2, 3}, three{3}, scalar{}, none{0, 7};
  const std::vector<float> nothing;
  const std::vector<TensorView> tensors{view_of("weight", DType::f32, six, weights), view_of("half", DType::f16, three, halves),
                                        view_of("z.byte \"\\\n\xc3\xa4", DType::u8, three, bytes),
                                        view_of("count", DType::i64, scalar, counts), view_of("empty", DType::f32, none, nothing)};
  const Metadata metadata{{"format", "pt"}, {"labels", "[\"a\", \"b\"]"}};
  const auto path = folder / "written.safetensors";
  write_safetensors(path, tensors, metadata);

  const auto file = SafetensorsFile::open(path);
  CHECK(file.metadata() == metadata);
  REQUIRE(file.tensors().size() == tensors.size());
  for (const auto& tensor : tensors) {
    const auto& read = file.at(tensor.name);
    CHECK(read.dtype == tensor.dtype);
    CHECK(std::vector(read.shape.begin(), read.shape.end()) == std::vector(tensor.shape.begin(), tensor.shape.end()));
    CHECK(std::vector(read.bytes.begin(), read.bytes.end()) == std::vector(tensor.bytes.begin(), tensor.bytes.end()));
  }
  CHECK(file.at("weight").as<float>()[4] == 3e38f);
  CHECK(file.at("half").as<std::uint16_t>()[1] == 0x7c00);
  CHECK_THROWS_AS(file.at("weight").as<double>(), Error);
  CHECK_THROWS_AS(file.at("wieght"), Error);
  CHECK_FALSE(file.contains("wieght"));

  const auto bytes_of_file = read_text(path);
  std::uint64_t header = 0;
  std::memcpy(&header, bytes_of_file.data(), 8);
  CHECK(header % 8 == 0);
  const auto again = folder / "again.safetensors";
  write_safetensors(again, std::vector<TensorView>(tensors.rbegin(), tensors.rend()), metadata);
  CHECK(read_text(again) == bytes_of_file);
}

TEST_CASE("a tensor at an odd address is read all the same", "[weights][safetensors]") {
  const TemporaryFolder folder;
  const std::string header =
      R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"F32","shape":[1],"data_offsets":[1,5]}})";
  const auto length = static_cast<std::uint64_t>(header.size());
  const float value = 0.25f;
  std::string bytes(8, '\0');
  std::memcpy(bytes.data(), &length, 8);
  bytes += header + "x" + std::string(reinterpret_cast<const char*>(&value), 4);
  const auto file = SafetensorsFile::open(folder.write("odd.safetensors", bytes));
  CHECK(file.at("b").as<float>()[0] == value);
}

TEST_CASE("views outlive the file object by its owner, and the file's name", "[weights][safetensors]") {
  const TemporaryFolder folder;
  const std::vector<float> values{4.0f};
  const std::vector<std::int64_t> shape{1};
  const auto path = folder / "owned.safetensors";
  write_safetensors(path, std::vector{view_of("a", DType::f32, shape, values)});
  std::shared_ptr<const void> owner;
  std::span<const float> view;
  {
    const auto file = SafetensorsFile::open(path);
    owner = file.owner();
    view = file.at("a").as<float>();
  }
  std::filesystem::remove(path);
  CHECK(view[0] == 4.0f);
}

TEST_CASE("what can't be written is refused, and leaves the old file as it was", "[weights][safetensors]") {
  const TemporaryFolder folder;
  const std::vector<float> values{4.0f};
  const std::vector<std::int64_t> shape{1}, wrong{2};
  const auto path = folder.write("kept.safetensors", "old");
  const auto good = view_of("a", DType::f32, shape, values);
  CHECK_THROWS_AS(write_safetensors(path, std::vector{good, good}), Error);
  CHECK_THROWS_AS(write_safetensors(path, std::vector{view_of("a", DType::f32, wrong, values)}), Error);
  CHECK_THROWS_AS(write_safetensors(path, std::vector{view_of("\xff", DType::f32, shape, values)}), Error);
  CHECK_THROWS_AS(write_safetensors(path, std::vector{view_of("__metadata__", DType::f32, shape, values)}), Error);
  CHECK_THROWS_AS(write_safetensors(folder / "absent" / "a.safetensors", std::vector{good}), Error);

  // A full disk, as a limit on the size of files shows it.
  const std::vector<float> many(1 << 16, 1.0f);
  const std::vector<std::int64_t> size{1 << 16};
  rlimit before{};
  REQUIRE(getrlimit(RLIMIT_FSIZE, &before) == 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit small = before;
  small.rlim_cur = 4096;
  REQUIRE(setrlimit(RLIMIT_FSIZE, &small) == 0);
  std::optional<ErrorCode> code;
  try {
    write_safetensors(path, std::vector{view_of("a", DType::f32, size, many)});
  } catch (const Error& error) {
    code = error.code();
  }
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  CHECK(code == ErrorCode::io);
  CHECK(read_text(path) == "old");
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), std::filesystem::directory_iterator()) == 1);
}
