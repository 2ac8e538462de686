#pragma once

#include "support/torch_catch.hpp"

#include <filesystem>
#include <string>

#include <faceptor/files/safetensors.hpp>

#include "support/golden.hpp"

/// A golden safetensors file as LibTorch tensors.
namespace golden {

class Tensors {
 public:
  explicit Tensors(const std::filesystem::path& path) : file_(faceptor::files::SafetensorsFile::open(path)) {}

  bool contains(const std::string& name) const { return file_.contains(name); }

  /// A copy of its own, of the file's type.
  torch::Tensor operator[](const std::string& name) const {
    const auto& view = file_.at(name);
    auto* bytes = const_cast<std::byte*>(view.bytes.data());
    return torch::from_blob(bytes, at::IntArrayRef(view.shape.data(), view.shape.size()), type_of(view.dtype)).clone();
  }

 private:
  static torch::ScalarType type_of(faceptor::files::DType dtype) {
    using faceptor::files::DType;
    switch (dtype) {
      case DType::boolean: return torch::kBool;
      case DType::u8: return torch::kUInt8;
      case DType::i8: return torch::kInt8;
      case DType::i16: return torch::kInt16;
      case DType::i32: return torch::kInt32;
      case DType::i64: return torch::kInt64;
      case DType::f16: return torch::kFloat16;
      case DType::bf16: return torch::kBFloat16;
      case DType::f32: return torch::kFloat32;
      case DType::f64: return torch::kFloat64;
      default: break;
    }
    FAIL("a golden tensor of a type without a LibTorch counterpart here");
    return torch::kFloat32;
  }

  faceptor::files::SafetensorsFile file_;
};

/// The largest absolute difference, in units of the largest absolute reference value (at least `floor`).
inline double difference(const torch::Tensor& value, const torch::Tensor& reference, double floor = 1.0) {
  REQUIRE(value.sizes() == reference.sizes());
  if (reference.numel() == 0) return 0;
  const auto expected = reference.to(torch::kFloat64);
  const double scale = std::max(floor, expected.abs().max().item<double>());
  return (value.detach().to(torch::kFloat64) - expected).abs().max().item<double>() / scale;
}

}  // namespace golden
