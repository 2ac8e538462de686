#include <faceptor/files/foreign_file.hpp>

#include <string>

#include <faceptor/files/checkpoint.hpp>
#include <faceptor/files/zip.hpp>

#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/temporary_folder.hpp"

using namespace faceptor;
using namespace faceptor::files;

namespace {

/// What a file of this text is told to be.
std::string kind_of(const std::string& text, const std::string& name = "weights.pth") {
  const auto error = foreign_file(std::as_bytes(std::span(text)), name);
  return error ? error->found() : "";
}

}  // namespace

TEST_CASE("what is taken for weights is told for what it is", "[weights][files]") {
  CHECK(kind_of("version https://git-lfs.github.com/spec/v1\noid sha256:ab\n") == "a Git LFS pointer");
  CHECK(kind_of("\xEF\xBB\xBF\n<!DOCTYPE HTML><html>") == "an HTML page");
  CHECK(kind_of("{\"metadata\": {}, \"weight_map\": {}}") == "the index of a model in several files");
  CHECK(kind_of("{\"a\": 1}") == "JSON text");
  CHECK(kind_of("\x89HDF\r\n\x1A\n") == "HDF5, as Keras writes it");
  CHECK(kind_of(std::string("\x08\x07\x12\x07pytorch", 11)) == "an ONNX model");
  CHECK(kind_of("\x08\x07\x3A\x01", "a.onnx") == "an ONNX model");
  CHECK(kind_of("\x1F\x8B\x08") == "a gzip archive");
  CHECK(kind_of("BZh91AY&SY") == "a bzip2 archive");
  CHECK(kind_of("\x7F"
                "ELF\x02\x01") == "a program");
  CHECK(kind_of("<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>") == "XML text");
  CHECK(kind_of("<?xml version=\"1.0\"?>\n<html>") == "an HTML page");
  CHECK(kind_of("404: not found\n") == "plain text");
  // What may be weights, or nobody knows.
  CHECK(kind_of(std::string("\x40\0\0\0\0\0\0\0{\"__metadata__\":{}", 25)).empty());
  CHECK(kind_of("PK\x03\x04").empty());
  CHECK(kind_of("\x80\x02}.").empty());
  CHECK(kind_of("\xFE\x01\x02").empty());
  CHECK(kind_of("").empty());
}

TEST_CASE("other archives than checkpoints are told for what they are", "[weights][files]") {
  const TemporaryFolder folder;
  const auto refusal = [&](std::initializer_list<const char*> names) {
    const auto path = folder / "other.pt";
    ZipWriter zip(path);
    for (const auto* name : names) zip.add(name, "x");
    zip.finish();
    return std::string(error_of([&] { Checkpoint::open(path); }).what());
  };
  CHECK(refusal({"net/data.pkl", "net/constants.pkl", "net/code/__torch__.py"}).find("TorchScript") != std::string::npos);
  CHECK(refusal({"a.npy", "b.npy"}).find("NumPy") != std::string::npos);
  CHECK(refusal({"config.json", "model.weights.h5"}).find("Keras") != std::string::npos);
}
