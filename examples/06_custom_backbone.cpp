// A backbone of one's own: a small convolutional network in place of the vision transformer. Everything behind it stays as it is,
// in both architectures, and weights files load once the type is made known.
#include <fmt/format.h>

#include <filesystem>

#include <faceptor/backbone/backbone.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/decoder/query_decoder.hpp>
#include <faceptor/nn/guard.hpp>
#include <faceptor/published/tasks.hpp>
#include <faceptor/weights/model_file.hpp>

using namespace faceptor;

namespace {

/// Five levels: a convolution of stride 4, then 2, 1, 1, 1. A level is B x width x H / stride x W / stride.
class ConvNetImpl : public torch::nn::Cloneable<ConvNetImpl>, public Backbone {
 public:
  explicit ConvNetImpl(int64_t width) : width_(width) { reset(); }

  void reset() override {
    stages = register_module("stages", torch::nn::ModuleList());
    for (int64_t level = 0; level < levels(); ++level) {
      const int64_t step = level == 0 ? 4 : level == 1 ? 2 : 1;
      const auto options =
          torch::nn::Conv2dOptions(level == 0 ? 3 : width_, width_, 2 * step - 1).stride(step).padding(step - 1).bias(false);
      stages->push_back(torch::nn::Sequential(torch::nn::Conv2d(options), torch::nn::BatchNorm2d(width_), torch::nn::ReLU()));
    }
  }

  FeaturePyramid forward(const torch::Tensor& images, std::span<const int64_t> wanted) override {
    FeaturePyramid pyramid;
    auto x = images;
    // Only what is asked for is kept, and nothing behind the last of it is computed.
    for (int64_t level = 0; !wanted.empty() && level <= wanted.back(); ++level) {
      x = stages[static_cast<std::size_t>(level)]->as<torch::nn::Sequential>()->forward(x);
      if (std::find(wanted.begin(), wanted.end(), level) != wanted.end()) pyramid.add(level, x);
    }
    return pyramid;
  }

  int64_t levels() const override { return 5; }
  int64_t width(int64_t) const override { return width_; }
  int64_t stride(int64_t level) const override { return level == 0 ? 4 : 8; }
  nlohmann::json config() const override { return {{"type", "example_convnet"}, {"width", width_}}; }

  torch::nn::ModuleList stages{nullptr};

 private:
  int64_t width_;
};

}  // namespace

int main() {
  torch::set_num_threads(1);  // the quickest for a network this small
  // Once per program: how the type is rebuilt from what stands in a weights file.
  register_backbone("example_convnet", [](const nlohmann::json& config) -> BackboneFactory {
    return [width = config.at("width").get<int64_t>()] { return std::make_shared<ConvNetImpl>(width); };
  });

  TaskList tasks;
  tasks.add(published::age_morph2().view(views::aligned(64)));
  tasks.add(published::align_cofw().view(views::aligned(64)));
  const nlohmann::json backbone = {{"type", "example_convnet"}, {"width", 32}};
  const nlohmann::json decoder = decoder::QueryDecoderOptions().hidden(32).ffn(64).layers(2).levels({2, 4}).to_json();

  const auto file = std::filesystem::temp_directory_path() / "faceptor_example_convnet.safetensors";
  for (const auto& config : {nlohmann::json{{"kind", "faceptor"}, {"backbone", backbone}, {"decoder", decoder}},
                             nlohmann::json{{"kind", "naive_faceptor"},
                                            {"backbone", backbone},
                                            {"dense_channels", 32},
                                            {"attribute_hidden", 60},
                                            {"attribute_levels", {1, 2, 4}},
                                            {"dense_levels", {1, 2, 3, 4}}}}) {
    const SeedGuard seed(1);
    const auto model = make_model(config, tasks);
    model->module().eval();
    const torch::NoGradGuard no_gradients;
    const auto images = torch::rand({2, 3, 64, 64});
    const auto before = model->run(images);

    weights::save_model(file, *model, {});
    const auto loaded = weights::load_model(file);
    loaded.model->module().eval();
    const auto after = loaded.model->run(images);

    fmt::print("{}: {} parameters\n", config["kind"].get<std::string>(), count_parameters(model->module()).total);
    for (std::size_t i = 0; i < tasks.size(); ++i) {
      const bool same = torch::equal(before[i], after[i]);
      fmt::print("  {:<12}{:<18}{}\n", tasks[i].name(), text::shape(before[i].sizes()), same ? "the same after loading" : "DIFFERENT");
      if (!same) return 1;
    }
    fmt::print("  the file says: {}\n", loaded.model->config()["backbone"].dump());
  }
  std::filesystem::remove(file);
}

// Prints:
//
//     faceptor: 64993 parameters
//       age_morph2  [2, 101]          the same after loading
//       align_cofw  [2, 29, 32, 32]   the same after loading
//       the file says: {"type":"example_convnet","width":32}
//     naive_faceptor: 180549 parameters
//       age_morph2  [2, 101]          the same after loading
//       align_cofw  [2, 29, 32, 32]   the same after loading
//       the file says: {"type":"example_convnet","width":32}
