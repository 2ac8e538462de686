#pragma once

#include <functional>
#include <map>

#include <faceptor/backbone/backbone_registry.hpp>
#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/model/architectures.hpp>
#include <faceptor/model/faceptor.hpp>
#include <faceptor/model/naive_faceptor.hpp>
#include <faceptor/tasks/published.hpp>
#include <faceptor/tasks/task_registry.hpp>

namespace faceptor {
namespace detail {

FACEPTOR_INLINE nlohmann::json faceptor_config(const VitOptions& vit, const decoder::QueryDecoderOptions& decoder) {
  return {{"kind", "faceptor"}, {"backbone", vit.to_json()}, {"decoder", decoder.to_json()}};
}

FACEPTOR_INLINE nlohmann::json naive_config(const VitOptions& vit, int64_t channels) {
  return {{"kind", "naive_faceptor"}, {"backbone", vit.to_json()}, {"dense_channels", channels}, {"attribute_hidden", channels}};
}

FACEPTOR_INLINE VitOptions tiny_vit() { return VitOptions(192, 12, 6, 16).image_side(224).drop_path(0.1).projection(0); }

FACEPTOR_INLINE decoder::QueryDecoderOptions tiny_decoder() {
  return decoder::QueryDecoderOptions().hidden(128).ffn(512).layers(3).map_level(11);
}

/// The base tasks on smaller views, and a smaller embedding.
FACEPTOR_INLINE TaskList tiny_tasks() {
  TaskList tasks;
  for (const auto& task : published::base()) {
    auto spec = task.spec();
    if (spec.kind == OutputKind::dense_map) spec.view.width(224).height(224);
    if (spec.kind == OutputKind::embedding) {
      spec.outputs = 256;
      spec.loss_options.erase("width");
    }
    tasks.append(task_from_spec(spec));
  }
  return tasks;
}

struct NamedArchitecture {
  const char* name;
  const char* summary;
  std::function<nlohmann::json()> config;
  std::function<TaskList()> tasks;
};

FACEPTOR_INLINE const std::vector<NamedArchitecture>& named_architectures() {
  static const auto published_decoder = [](int64_t level) { return decoder::QueryDecoderOptions().levels({level}); };
  static const std::vector<NamedArchitecture> all = {
      {"faceptor-base", "Faceptor-Base as published: ViT-B/16, one query decoder, seven tasks",
       [] { return faceptor_config(VitOptions::base16(), published_decoder(11)); }, published::base},
      {"faceptor-full", "Faceptor-Full as published: ViT-B/16, one query decoder, thirteen tasks",
       [] { return faceptor_config(VitOptions::base16(), published_decoder(11)); }, published::full},
      {"naive-base", "Naive Faceptor as published: ViT-B/16, one head a kind of task, seven tasks",
       [] { return naive_config(VitOptions::base16(), 512); }, published::base},
      {"faceptor-large", "Faceptor on FaRL's ViT-L/16, reading its last block, seven tasks",
       [] { return faceptor_config(VitOptions::large16(), published_decoder(23)); }, published::base},
      {"faceptor-huge", "Faceptor on FaRL's ViT-H/14, reading its last block, seven tasks",
       [] { return faceptor_config(VitOptions::huge14(), published_decoder(31)); }, published::base},
      {"faceptor-tiny", "a small Faceptor for trying things out: width 192, views of 224 and 112 pixels",
       [] { return faceptor_config(tiny_vit(), tiny_decoder()); }, tiny_tasks},
      {"naive-tiny", "a small Naive Faceptor for trying things out: width 192, views of 224 and 112 pixels",
       [] { return naive_config(tiny_vit(), 128); }, tiny_tasks},
  };
  return all;
}

}  // namespace detail

FACEPTOR_INLINE FaceModelPtr make_model(const nlohmann::json& config, const TaskList& tasks) {
  if (!config.is_object() || !config.contains("kind") || !config.contains("backbone")) {
    throw Error(ErrorCode::format, "model: the configuration has no \"kind\" or no \"backbone\"");
  }
  const auto backbone = backbone_from_config(config["backbone"]);
  const auto& kind = config["kind"];
  if (kind == "faceptor") {
    const auto decoder = decoder::QueryDecoderOptions::from_json(config.value("decoder", nlohmann::json::object()));
    return std::make_shared<FaceptorImpl>(FaceptorOptions(backbone).tasks(tasks).decoder(decoder));
  }
  if (kind == "naive_faceptor") {
    NaiveFaceptorOptions options(backbone);
    options.tasks(tasks);
    try {
      options.dense_levels(config.value("dense_levels", std::vector<int64_t>{}));
      options.attribute_levels(config.value("attribute_levels", std::vector<int64_t>{}));
      options.dense_channels(config.value("dense_channels", options.dense_channels()));
      options.attribute_hidden(config.value("attribute_hidden", options.attribute_hidden()));
    } catch (const nlohmann::json::exception& e) {
      throw Error(ErrorCode::format, "naive faceptor: a value of the configuration has the wrong type").found(e.what());
    }
    return std::make_shared<NaiveFaceptorImpl>(options);
  }
  throw Error(ErrorCode::unsupported, "model: this kind of model is not known")
      .expected("\"faceptor\" or \"naive_faceptor\"")
      .found(kind.dump());
}

FACEPTOR_INLINE std::vector<std::string> architecture_names() {
  std::vector<std::string> names;
  for (const auto& named : detail::named_architectures()) names.emplace_back(named.name);
  return names;
}

FACEPTOR_INLINE Architecture architecture(std::string_view name) {
  for (const auto& named : detail::named_architectures()) {
    if (name == named.name) return {named.name, named.summary, named.config(), named.tasks()};
  }
  throw Error(ErrorCode::argument, "model: there is no architecture \"" + std::string(name) + "\"")
      .hint(text::suggestion(name, architecture_names()));
}

}  // namespace faceptor
