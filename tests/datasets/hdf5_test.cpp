#include <faceptor/datasets/hdf5.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include <faceptor/core/error.hpp>

#include "datasets/malformed.hpp"
#include "support/error_of.hpp"
#include "support/temporary_folder.hpp"
#include "support/tests_folder.hpp"

using namespace faceptor;
using datasets::Hdf5File;

namespace {

constexpr std::uint64_t kMost = 1 << 16;

std::filesystem::path made_by_hdf5(const char* name) { return tests_folder() / "datasets" / "hdf5" / name; }

void read_all(const std::filesystem::path& path) {
  const auto file = Hdf5File::open(path);
  for (const auto& name : file.names()) file.read(file.dataset(name), kMost);
}

}  // namespace

TEST_CASE("files of the HDF5 library's newest format are read as far as they are plain", "[data][hdf5]") {
  const auto file = Hdf5File::open(made_by_hdf5("latest.h5"));
  CHECK(file.names() == std::vector<std::string>{"numbers", "bytes", "chunked", "references"});
  CHECK(file.dataset("numbers").shape == std::vector<std::uint64_t>{2, 3});
  CHECK(file.numbers(file.dataset("numbers"), kMost) == std::vector<double>{0, 1, 2, 3, 4, 5});
  CHECK(file.numbers(file.dataset("bytes"), kMost) == std::vector<double>{0, 1, 2, 3});
  const auto references = file.references(file.dataset("references"), kMost);
  REQUIRE(references.size() == 1);
  CHECK(file.numbers(file.at(references[0], "a reference"), kMost).size() == 6);
  const auto error = error_of([&] { file.dataset("chunked"); });
  CHECK(error.code() == ErrorCode::unsupported);
  CHECK(error.where().find("chunked") != std::string::npos);
}

TEST_CASE("files of the HDF5 library's oldest format are read, of either byte order, in chunks and packed", "[data][hdf5]") {
  const auto file = Hdf5File::open(made_by_hdf5("earliest.h5"));
  CHECK(file.numbers(file.dataset("numbers"), kMost) == std::vector<double>{0, 1, 2, 3, 4, 5});
  CHECK(file.numbers(file.dataset("chunked"), kMost) == std::vector<double>{-4, -3, -2, -1, 0, 1, 2, 3});
  CHECK(error_of([&] { file.numbers(file.dataset("chunked"), 8); }).code() == ErrorCode::limit);
}

TEST_CASE("whatever byte of a file of HDF5 is wrong, nothing crashes", "[data][hdf5]") {
  const TemporaryFolder folder;
  CHECK(malformed::survive(folder, "a.h5", read_text(made_by_hdf5("latest.h5")), read_all) > 1000);
}
