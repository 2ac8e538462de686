// expect: a backbone needs forward, levels, width
// A backbone makes features.
#include <faceptor/backbone/backbone.hpp>
#include <nlohmann/json.hpp>

struct Mine : torch::nn::Module, faceptor::Backbone {
  static constexpr const char* kName = "mine";
  static faceptor::BackboneFactory from_config(const nlohmann::json&) { return {}; }
  std::int64_t levels() const override { return 1; }
  std::int64_t width(std::int64_t) const override { return 1; }
  std::int64_t stride(std::int64_t) const override { return 1; }
  nlohmann::json config() const override { return {}; }
};

void make() { faceptor::register_backbone<Mine>(); }
