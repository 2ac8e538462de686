#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/detectors/mtcnn_nets.hpp>
#include <faceptor/files/safetensors.hpp>

#ifdef FACEPTOR_MTCNN_WEIGHTS
extern "C" {
extern const unsigned char faceptor_mtcnn_weights[];
extern const unsigned char faceptor_mtcnn_weights_end[];
}
// One copy a program, however many units hold these bodies: the linker keeps one section of a group.
__asm__(
    ".pushsection .rodata.faceptor_mtcnn_weights,\"aG\",@progbits,faceptor_mtcnn_weights,comdat\n"
    ".balign 64\n"
    ".weak faceptor_mtcnn_weights\n"
    ".hidden faceptor_mtcnn_weights\n"
    ".weak faceptor_mtcnn_weights_end\n"
    ".hidden faceptor_mtcnn_weights_end\n"
    "faceptor_mtcnn_weights:\n"
    ".incbin \"" FACEPTOR_MTCNN_WEIGHTS
    "\"\n"
    "faceptor_mtcnn_weights_end:\n"
    ".popsection\n");
#endif

namespace faceptor::detectors {
namespace detail {

/// Windows of `kSide` pixels, two apart, the last ones cut at the edge (`ceil_mode`). LibTorch's own pooling also keeps where each
/// maximum stood, and takes half of P-Net's time.
template <int kSide>
torch::Tensor max_pool(const torch::Tensor& images) {
  const auto input = images.permute({0, 2, 3, 1}).contiguous();  // B x H x W x C
  const auto height = input.size(1), width = input.size(2), channels = input.size(3), values = width * channels;
  const auto out_height = (height - kSide + 1) / 2 + 1, out_width = (width - kSide + 1) / 2 + 1;
  auto output = torch::empty({input.size(0), out_height, out_width, channels}, input.options());
  const float* in = input.const_data_ptr<float>();
  float* out = output.data_ptr<float>();
  std::vector<float> tallest(static_cast<std::size_t>(values));
  float* column = tallest.data();
  for (std::int64_t image = 0; image < input.size(0); ++image, in += height * values) {
    for (std::int64_t y = 0; y < out_height; ++y) {
      const float* row = in + 2 * y * values;
      std::copy(row, row + values, column);
      for (std::int64_t k = 2 * y + 1; k < std::min(2 * y + kSide, height); ++k) {
        row += values;
        for (std::int64_t i = 0; i < values; ++i) column[i] = column[i] > row[i] ? column[i] : row[i];
      }
      for (std::int64_t x = 0; x < out_width; ++x, out += channels) {
        const float* window = column + 2 * x * channels;
        const auto wide = std::min<std::int64_t>(kSide, width - 2 * x);
        std::copy(window, window + channels, out);
        for (std::int64_t k = 1; k < wide; ++k) {
          window += channels;
          for (std::int64_t c = 0; c < channels; ++c) out[c] = out[c] > window[c] ? out[c] : window[c];
        }
      }
    }
  }
  return output.permute({0, 3, 1, 2});
}

/// As the convolutions take them: each pixel's channels side by side. With its planes apart the first one, of three channels, takes two to
/// seven times as long.
inline torch::Tensor channels_last(const torch::Tensor& tensor) { return tensor.contiguous(torch::MemoryFormat::ChannelsLast); }

}  // namespace detail

FACEPTOR_INLINE MtcnnNets::Layer MtcnnNets::layer(const nn::NamedTensors& tensors, const std::string& name, const std::string& prelu,
                                                  at::IntArrayRef shape) const {
  const auto take = [&](const std::string& tensor, at::IntArrayRef expected) {
    const auto found = tensors.find(tensor);
    if (found == tensors.end()) {
      throw Error(ErrorCode::format, "detect: the weights lack the tensor \"" + tensor + "\"").hint("are these MTCNN's weights?");
    }
    if (found->second.sizes() != expected) {
      throw Error(ErrorCode::format, "detect: the tensor \"" + tensor + "\" has another shape than MTCNN's")
          .expected(text::shape(expected.vec()))
          .found(text::shape(found->second.sizes().vec()));
    }
    if (found->second.scalar_type() != torch::kFloat32) {
      throw Error(ErrorCode::unsupported, "detect: MTCNN's weights must be float32").where("tensor \"" + tensor + "\"");
    }
    return expected.size() == 4 ? detail::channels_last(found->second.clone()) : found->second.clone();
  };
  Layer layer{take(name + ".weight", shape), take(name + ".bias", shape.slice(0, 1)), {}};
  if (!prelu.empty()) layer.slope = take(prelu + ".weight", shape.slice(0, 1));
  return layer;
}

FACEPTOR_INLINE MtcnnNets::MtcnnNets(const nn::NamedTensors& tensors) {
  p1_ = layer(tensors, "pnet.conv1", "pnet.prelu1", {10, 3, 3, 3});
  p2_ = layer(tensors, "pnet.conv2", "pnet.prelu2", {16, 10, 3, 3});
  p3_ = layer(tensors, "pnet.conv3", "pnet.prelu3", {32, 16, 3, 3});
  p_scores_ = layer(tensors, "pnet.conv4_1", "", {2, 32, 1, 1});
  p_offsets_ = layer(tensors, "pnet.conv4_2", "", {4, 32, 1, 1});
  r1_ = layer(tensors, "rnet.conv1", "rnet.prelu1", {28, 3, 3, 3});
  r2_ = layer(tensors, "rnet.conv2", "rnet.prelu2", {48, 28, 3, 3});
  r3_ = layer(tensors, "rnet.conv3", "rnet.prelu3", {64, 48, 2, 2});
  r4_ = layer(tensors, "rnet.dense4", "rnet.prelu4", {128, 576});
  r_scores_ = layer(tensors, "rnet.dense5_1", "", {2, 128});
  r_offsets_ = layer(tensors, "rnet.dense5_2", "", {4, 128});
  o1_ = layer(tensors, "onet.conv1", "onet.prelu1", {32, 3, 3, 3});
  o2_ = layer(tensors, "onet.conv2", "onet.prelu2", {64, 32, 3, 3});
  o3_ = layer(tensors, "onet.conv3", "onet.prelu3", {64, 64, 3, 3});
  o4_ = layer(tensors, "onet.conv4", "onet.prelu4", {128, 64, 2, 2});
  o5_ = layer(tensors, "onet.dense5", "onet.prelu5", {256, 1152});
  o_scores_ = layer(tensors, "onet.dense6_1", "", {2, 256});
  o_offsets_ = layer(tensors, "onet.dense6_2", "", {4, 256});
  o_points_ = layer(tensors, "onet.dense6_3", "", {10, 256});
  // The first dense layers read columns, rows, channels; a feature lies the other way round in memory.
  r4_.weight = r4_.weight.view({128, 3, 3, 64}).permute({0, 3, 2, 1}).reshape({128, 576}).contiguous();
  o5_.weight = o5_.weight.view({256, 3, 3, 128}).permute({0, 3, 2, 1}).reshape({256, 1152}).contiguous();
}

FACEPTOR_INLINE MtcnnNets::Found MtcnnNets::propose(const torch::Tensor& images) const {
  const torch::InferenceMode inference;
  const auto convolved = [](const torch::Tensor& x, const Layer& layer) {
    return torch::prelu(torch::conv2d(x, layer.weight, layer.bias), layer.slope);
  };
  auto x = detail::max_pool<2>(convolved(detail::channels_last(images), p1_));  // B x 10 x (H-1)/2 x (W-1)/2
  x = convolved(convolved(x, p2_), p3_);                                        // B x 32 x h x w
  return {torch::conv2d(x, p_offsets_.weight, p_offsets_.bias), torch::softmax(torch::conv2d(x, p_scores_.weight, p_scores_.bias), 1), {}};
}

FACEPTOR_INLINE MtcnnNets::Found MtcnnNets::refine(const torch::Tensor& images) const {
  const torch::InferenceMode inference;
  const auto convolved = [](const torch::Tensor& x, const Layer& layer) {
    return torch::prelu(torch::conv2d(x, layer.weight, layer.bias), layer.slope);
  };
  auto x = detail::max_pool<3>(convolved(detail::channels_last(images), r1_));  // B x 28 x 11 x 11
  x = detail::max_pool<3>(convolved(x, r2_));                                   // B x 48 x 4 x 4
  x = convolved(x, r3_).flatten(1);                                             // B x 576
  x = torch::prelu(torch::linear(x, r4_.weight, r4_.bias), r4_.slope);
  return {torch::linear(x, r_offsets_.weight, r_offsets_.bias), torch::softmax(torch::linear(x, r_scores_.weight, r_scores_.bias), 1), {}};
}

FACEPTOR_INLINE MtcnnNets::Found MtcnnNets::finish(const torch::Tensor& images) const {
  const torch::InferenceMode inference;
  const auto convolved = [](const torch::Tensor& x, const Layer& layer) {
    return torch::prelu(torch::conv2d(x, layer.weight, layer.bias), layer.slope);
  };
  auto x = detail::max_pool<3>(convolved(detail::channels_last(images), o1_));  // B x 32 x 23 x 23
  x = detail::max_pool<3>(convolved(x, o2_));                                   // B x 64 x 10 x 10
  x = detail::max_pool<2>(convolved(x, o3_));                                   // B x 64 x 4 x 4
  x = convolved(x, o4_).flatten(1);                                             // B x 1152
  x = torch::prelu(torch::linear(x, o5_.weight, o5_.bias), o5_.slope);
  return {torch::linear(x, o_offsets_.weight, o_offsets_.bias), torch::softmax(torch::linear(x, o_scores_.weight, o_scores_.bias), 1),
          torch::linear(x, o_points_.weight, o_points_.bias)};
}

namespace detail {

FACEPTOR_INLINE MtcnnWeights mtcnn_weights_of(const files::SafetensorsFile& file) {
  MtcnnWeights weights;
  for (const auto& view : file.tensors()) weights.tensors.emplace(view.name, nn::to_tensor(view, file.owner()));
  const auto said = [&](const char* field) {
    const auto found = file.metadata().find(field);
    return found == file.metadata().end() ? std::string() : found->second;
  };
  weights.licence = said("licence");
  weights.source = said("source");
  return weights;
}

}  // namespace detail

FACEPTOR_INLINE MtcnnWeights MtcnnWeights::bundled() {
#ifdef FACEPTOR_MTCNN_WEIGHTS
  const auto* begin = reinterpret_cast<const std::byte*>(faceptor_mtcnn_weights);
  const auto* end = reinterpret_cast<const std::byte*>(faceptor_mtcnn_weights_end);
  return detail::mtcnn_weights_of(files::SafetensorsFile::over({begin, static_cast<std::size_t>(end - begin)}, "mtcnn.safetensors"));
#else
  throw Error(ErrorCode::unsupported, "detect: MTCNN's weights are not in this program")
      .hint("define FACEPTOR_MTCNN_WEIGHTS as the path of mtcnn.safetensors, or name that file in MtcnnOptions::weights");
#endif
}

FACEPTOR_INLINE MtcnnWeights MtcnnWeights::read(const std::filesystem::path& path) {
  return detail::mtcnn_weights_of(files::SafetensorsFile::open(path));
}

}  // namespace faceptor::detectors
