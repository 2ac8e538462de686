#pragma once

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/detectors/impl/pnet_start_inl.hpp>
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
  p1_planes_ = p1_.weight.contiguous();
  p_weight_ = (p_scores_.weight[1] - p_scores_.weight[0]).flatten();
  p_bias_ = (p_scores_.bias[1] - p_scores_.bias[0]).item<float>();
  // The first dense layers read columns, rows, channels; a feature lies the other way round in memory.
  r4_.weight = r4_.weight.view({128, 3, 3, 64}).permute({0, 3, 2, 1}).reshape({128, 576}).contiguous();
  o5_.weight = o5_.weight.view({256, 3, 3, 128}).permute({0, 3, 2, 1}).reshape({256, 1152}).contiguous();
}

FACEPTOR_INLINE torch::Tensor MtcnnNets::Layer::operator()(const torch::Tensor& x) const {
  const auto y = weight.dim() == 4 ? torch::conv2d(x, weight, bias) : torch::linear(x, weight, bias);
  return slope.defined() ? torch::prelu(y, slope) : y;
}

FACEPTOR_INLINE torch::Tensor MtcnnNets::started(const torch::Tensor& images) const {
  using detail::PnetStart;
  const auto width = images.size(3);
  const auto padded = torch::constant_pad_nd(images, {0, PnetStart::padded(width) - width}).contiguous();
  PnetStart start{nullptr,
                  padded.size(2),
                  width,
                  padded.size(3),
                  p1_planes_.const_data_ptr<float>(),
                  p1_.bias.const_data_ptr<float>(),
                  p1_.slope.const_data_ptr<float>()};
  auto cells = torch::empty({padded.size(0), start.rows(), start.columns(), PnetStart::kChannels}, padded.options());
  for (std::int64_t image = 0; image < padded.size(0); ++image) {
    start.image = padded[image].const_data_ptr<float>();
    start.out = cells[image].data_ptr<float>();
    if (!detail::pnet_start(start)) return detail::max_pool<2>(p1_(detail::channels_last(images)));
  }
  return cells.permute({0, 3, 1, 2});
}

FACEPTOR_INLINE torch::Tensor MtcnnNets::proposing(const torch::Tensor& images) const {
  return p3_(p2_(started(images)));  // 10 channels at half the size, 16, 32
}

FACEPTOR_INLINE MtcnnNets::Found MtcnnNets::propose(const torch::Tensor& images) const {
  const torch::InferenceMode inference;
  const auto x = proposing(images);
  return {p_offsets_(x), torch::softmax(p_scores_(x), 1), {}};
}

FACEPTOR_INLINE MtcnnNets::Proposals MtcnnNets::propose(const torch::Tensor& image, float threshold) const {
  const torch::InferenceMode inference;
  const auto features = proposing(image);
  const auto x = features.permute({0, 2, 3, 1}).flatten(0, 2);  // cells x 32
  Proposals found{features.size(3), {}, {}, {}};
  // The probability of the second of two is the logistic function of how far its logit is above the other's.
  const auto above = x.mv(p_weight_);
  const float* logits = above.const_data_ptr<float>();
  // Far below the threshold nothing has to be computed exactly.
  constexpr float kMargin = 0.01F;
  const float least = threshold < 1 ? std::log(threshold / (1 - threshold)) - kMargin : 0;
  for (std::int64_t cell = 0; cell < above.size(0); ++cell) {
    if (logits[cell] + p_bias_ < least) continue;
    const float score = 1 / (1 + std::exp(-(logits[cell] + p_bias_)));
    if (!(score >= threshold)) continue;
    found.cells.push_back(cell);
    found.scores.push_back(score);
  }
  if (!found.cells.empty()) {
    found.offsets = torch::linear(x.index_select(0, torch::tensor(found.cells)), p_offsets_.weight.flatten(1), p_offsets_.bias);
  }
  return found;
}

FACEPTOR_INLINE MtcnnNets::Found MtcnnNets::refine(const torch::Tensor& images) const {
  const torch::InferenceMode inference;
  // 28 channels of 11 x 11, 48 of 4 x 4, 64 of 3 x 3: 576 values
  const auto halved = detail::max_pool<3>(r1_(detail::channels_last(images)));
  const auto x = r4_(r3_(detail::max_pool<3>(r2_(halved))).flatten(1));
  return {r_offsets_(x), torch::softmax(r_scores_(x), 1), {}};
}

FACEPTOR_INLINE MtcnnNets::Found MtcnnNets::finish(const torch::Tensor& images) const {
  const torch::InferenceMode inference;
  // 32 channels of 23 x 23, 64 of 10 x 10, 64 of 4 x 4, 128 of 3 x 3: 1152 values
  const auto halved = detail::max_pool<3>(o1_(detail::channels_last(images)));
  const auto quartered = detail::max_pool<3>(o2_(halved));
  const auto x = o5_(o4_(detail::max_pool<2>(o3_(quartered))).flatten(1));
  return {o_offsets_(x), torch::softmax(o_scores_(x), 1), o_points_(x)};
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
