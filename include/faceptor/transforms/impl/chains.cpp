#include <utility>

#include <faceptor/core/error.hpp>
#include <faceptor/transforms/chains.hpp>
#include <faceptor/transforms/photometric.hpp>
#include <faceptor/transforms/published_chains.hpp>

namespace faceptor::transforms {

Chain view_test(const View& view, const DetectorBox& detector) {
  return Chain().then(Crop{.view = view, .detector = detector}).then(Extract{view});
}

Chain whole_test(View view) { return view_test(view.crop(CropRule::whole).scale(1).warp(0)); }

Chain view_train(const View& view, const ViewTrainOptions& options) {
  return Chain()
      .then(Crop{.view = view, .detector = options.detector, .point_noise = options.point_noise})
      .then(options.similarity)
      .then(options.mirror)
      .then(Map{.warp = view.warp(), .interpolation = view.interpolation()})
      .then(options.color)
      .then(options.exposure)
      .then(options.grey)
      .then(options.blur)
      .then(options.low_resolution)
      .then(options.noise)
      .then(options.jpeg)
      .then(options.occlusion)
      .then(Normalise::of(view));
}

namespace detail {

/// The registry with this library's chains in it.
struct ChainRegistry : Registry<ChainMaker> {
  ChainRegistry() : Registry("chain", "transforms::register_chain(name, maker)") {
    add("view", [](const View& view, bool training) { return training ? view_train(view).without("mirror") : view_test(view); });
    add("plain", [](const View& view, bool) { return view_test(view); });
    add("published_identity", published::identity);
    add("published_face", published::face);
    add("published_parsing", published::parsing);
    add("published_landmarks", published::landmarks);
  }
};

}  // namespace detail

Registry<ChainMaker>& chain_registry() {
  static detail::ChainRegistry registry;
  return registry;
}

void register_chain(const std::string& name, ChainMaker maker) {
  if (!maker) throw Error(ErrorCode::argument, "data: a chain needs a function that makes it").found("\"" + name + "\"");
  chain_registry().add(name, std::move(maker));
}

std::vector<std::string> chain_names() { return chain_registry().names(); }

Chain chain_named(std::string_view name, const View& view, bool training) { return chain_registry().get(name)(view, training); }

}  // namespace faceptor::transforms
