#pragma once

#include <filesystem>
#include <string>

#include <torch/torch.h>

#include <faceptor/core/config.hpp>
#include <faceptor/nn/tensors.hpp>

namespace faceptor::detectors {

/// MTCNN's three networks, for inference: K. Zhang et al., "Joint Face Detection and Alignment using Multitask Cascaded Convolutional
/// Networks" (2016), as facenet-pytorch 2.6.0 builds and trained them.
///
/// Images are B x 3 x H x W, float32, a colour c of 0..255 as (c - 127.5) / 128. Never changes: may be used by several threads.
class MtcnnNets {
 public:
  struct Found {
    torch::Tensor offsets;  ///< of the box's edges left, top, right, bottom, in its sides
    torch::Tensor scores;   ///< probability of: no face, a face
    torch::Tensor points;   ///< O-Net alone: x of the five points, then y, in the box's sides
  };

  /// Cells of P-Net's output.
  struct Proposals {
    std::int64_t columns = 0;         ///< of the output
    std::vector<std::int64_t> cells;  ///< row * columns + column, ascending
    std::vector<float> scores;        ///< of a face
    torch::Tensor offsets;            ///< n x 4; undefined for no cell
  };

  /// @throws Error(format) for a tensor that is absent or of another shape, Error(unsupported) for one that isn't float32
  explicit MtcnnNets(const nn::NamedTensors& tensors);

  /// P-Net: any size from 12 x 12 on; every cell of 2 pixels says whether a face fills the 12 x 12 pixels from there.
  /// @return offsets B x 4 x h x w, scores B x 2 x h x w with h = (H - 1) / 2 - 4, w = (W - 1) / 2 - 4, rounded down
  Found propose(const torch::Tensor& images) const;
  /// Of one image, the cells alone that are sure enough: where there is no face, most of the work behind the last shared layer is spared.
  Proposals propose(const torch::Tensor& image, float threshold) const;
  /// R-Net: 24 x 24. @return offsets B x 4, scores B x 2
  Found refine(const torch::Tensor& images) const;
  /// O-Net: 48 x 48. @return offsets B x 4, scores B x 2, points B x 10
  Found finish(const torch::Tensor& images) const;

 private:
  struct Layer {
    torch::Tensor weight, bias, slope;  ///< `slope` of the PReLU behind it; undefined without one

    torch::Tensor operator()(const torch::Tensor& x) const;
  };
  Layer layer(const nn::NamedTensors& tensors, const std::string& name, const std::string& prelu, at::IntArrayRef shape) const;

  /// P-Net's first layer and its pooling, and what its last layers read: B x 32 x h x w, each pixel's channels side by side.
  torch::Tensor started(const torch::Tensor& images) const;
  torch::Tensor proposing(const torch::Tensor& images) const;

  Layer p1_, p2_, p3_, p_scores_, p_offsets_;
  torch::Tensor p1_planes_;  ///< the weight of `p1_`, its planes apart
  torch::Tensor p_weight_;   ///< 32, of how far a face's logit is above the other's
  float p_bias_ = 0;
  Layer r1_, r2_, r3_, r4_, r_scores_, r_offsets_;
  Layer o1_, o2_, o3_, o4_, o5_, o_scores_, o_offsets_, o_points_;
};

/// The weights that come with the library, and what they say of themselves.
struct MtcnnWeights {
  nn::NamedTensors tensors;
  std::string licence;
  std::string source;

  /// Those inside the library. @throws Error(unsupported) where it was built without them (FACEPTOR_MTCNN_WEIGHTS undefined)
  static MtcnnWeights bundled();
  /// @throws Error as `SafetensorsFile::open`
  static MtcnnWeights read(const std::filesystem::path& path);
};

}  // namespace faceptor::detectors

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/detectors/impl/mtcnn_nets_inl.hpp>
#endif
