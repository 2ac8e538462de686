#pragma once

#include <torch/torch.h>
#include <nlohmann/json_fwd.hpp>

#include <concepts>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <type_traits>

#include <faceptor/backbone/feature_pyramid.hpp>
#include <faceptor/core/config.hpp>
#include <faceptor/core/registry.hpp>
#include <faceptor/nn/freeze.hpp>

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

  /// A form of this backbone for inference alone that gives the same features sooner: immutable, safe for many threads, sharing nothing
  /// that training changes but the weights' memory. Null where there is none: then the backbone runs as it is.
  /// @param precision  never `automatic`
  virtual std::shared_ptr<Backbone> frozen(nn::Precision precision) const {
    static_cast<void>(precision);
    return nullptr;
  }

  /// What rebuilds this backbone: an object with "type" and whatever that type needs. It stands in weights files.
  virtual nlohmann::json config() const = 0;
};

/// Makes a fresh backbone each time it is called.
using BackboneFactory = std::function<std::shared_ptr<Backbone>()>;

// Backbones by the name of their type, so that weights files can be rebuilt.

/// Makes the factory of a type's backbones from their `config()`.
using BackboneMaker = std::function<BackboneFactory(const nlohmann::json& config)>;

/// All types of backbones: the library's, and those made known.
Registry<BackboneMaker>& backbone_registry();

/// Makes known how the backbones of a type are rebuilt from their `config()`, so that weights files of that type load.
void register_backbone(const std::string& type, BackboneMaker from_config);

/// The same for a class with `static constexpr const char* kName`, which is its "type", and `static BackboneFactory from_config(json)`.
template <class B>
void register_backbone() {
  static_assert(
      requires { std::string(B::kName); }, "faceptor: a backbone needs `static constexpr const char* kName`: the \"type\" in its config()");
  static_assert(
      requires(const nlohmann::json& config) {
        { B::from_config(config) } -> std::convertible_to<BackboneFactory>;
      },
      "faceptor: a backbone needs `static BackboneFactory from_config(const nlohmann::json& config)`, the inverse of its config()");
  static_assert(std::derived_from<B, Backbone>, "faceptor: a backbone derives from torch::nn::Cloneable and from faceptor::Backbone");
  static_assert(!std::is_abstract_v<B>, "faceptor: a backbone needs forward, levels, width, stride, config and reset");
  backbone_registry().add(B::kName, B::from_config, &typeid(B));
}

/// The factory for a `config()`. @throws Error(unsupported) when its type is not known
BackboneFactory backbone_from_config(const nlohmann::json& config);

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/backbone/impl/backbone_inl.hpp>
#endif
