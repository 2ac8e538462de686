#pragma once

#include <torch/torch.h>

#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <span>

#include <faceptor/backbone/feature_pyramid.hpp>
#include <faceptor/core/config.hpp>

namespace faceptor {

/// What turns images into features. Every head and decoder of this library sees a backbone through this interface alone.
///
/// A backbone of your own derives from both a LibTorch module and this:
///
///     class ConvNetImpl : public torch::nn::Cloneable<ConvNetImpl>, public faceptor::Backbone { ... };
///     NaiveFaceptorOptions([] { return std::make_shared<ConvNetImpl>(); })
///
/// Levels are numbered from 0 to `levels() - 1`, in the order in which they are computed.
class Backbone {
 public:
  virtual ~Backbone() = default;

  /// @param images  B x 3 x H x W, normalised as the view says
  /// @param levels  the levels wanted, ascending; nothing else is kept, and nothing beyond the last is computed
  /// @return        those levels' features
  /// @throws Error(shape) when the image's sides don't suit the backbone
  virtual FeaturePyramid forward(const torch::Tensor& images, std::span<const int64_t> levels) = 0;

  /// How many levels there are.
  virtual int64_t levels() const = 0;
  /// Channels D of a level's feature.
  virtual int64_t width(int64_t level) const = 0;
  /// Pixels of the image per cell of a level's feature.
  virtual int64_t stride(int64_t level) const = 0;

  /// In training, whether to keep nothing of what lies between levels and to compute it again in the backward pass: less memory for
  /// about a third more time (see nn/recompute.hpp). @return whether the backbone can do as asked
  virtual bool set_recompute(bool on) { return !on; }

  /// What rebuilds this backbone: an object with "type" and whatever that type needs. It stands in weights files.
  virtual nlohmann::json config() const = 0;
};

/// Makes a fresh backbone each time it is called.
using BackboneFactory = std::function<std::shared_ptr<Backbone>()>;

}  // namespace faceptor
