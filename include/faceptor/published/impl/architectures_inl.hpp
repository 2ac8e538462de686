#pragma once

#include <faceptor/backbone/vit.hpp>
#include <faceptor/decoder/query_decoder.hpp>
#include <faceptor/published/architectures.hpp>
#include <faceptor/published/tasks.hpp>
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
    if (spec.maps()) spec.view.width(224).height(224);
    if (task.compares_faces()) {
      spec.outputs = 256;
      spec.loss_options.erase("width");
    }
    tasks.append(task_from_spec(spec));
  }
  return tasks;
}

FACEPTOR_INLINE Registry<std::function<Architecture()>>& named_architectures() {
  static Registry<std::function<Architecture()>> all("architecture", "register_architecture(name, make)", [](auto& parts) {
    const auto add = [&](std::string name, std::string summary, std::function<nlohmann::json()> config, std::function<TaskList()> tasks) {
      parts.add(name, [=] { return Architecture{name, summary, config(), tasks()}; });
    };
    const auto read_last = [](const VitOptions& vit, std::int64_t level) {
      return faceptor_config(vit, decoder::QueryDecoderOptions().levels({level}));
    };
    add(
        "faceptor-base", "Faceptor-Base as published: ViT-B/16, one query decoder, seven tasks",
        [=] { return read_last(VitOptions::base16(), 11); }, published::base);
    add(
        "faceptor-full", "Faceptor-Full as published: ViT-B/16, one query decoder, thirteen tasks",
        [=] { return read_last(VitOptions::base16(), 11); }, published::full);
    add(
        "naive-base", "Naive Faceptor as published: ViT-B/16, one head a kind of task, seven tasks",
        [] { return naive_config(VitOptions::base16(), 512); }, published::base);
    add(
        "naive-full", "Naive Faceptor with the thirteen tasks of Faceptor-Full", [] { return naive_config(VitOptions::base16(), 512); },
        published::full);
    add(
        "faceptor-large", "Faceptor on FaRL's ViT-L/16, reading its last block, seven tasks",
        [=] { return read_last(VitOptions::large16(), 23); }, published::base);
    add(
        "faceptor-huge", "Faceptor on FaRL's ViT-H/14, reading its last block, seven tasks",
        [=] { return read_last(VitOptions::huge14(), 31); }, published::base);
    add(
        "faceptor-tiny", "a small Faceptor for trying things out: width 192, views of 224 and 112 pixels",
        [] { return faceptor_config(tiny_vit(), tiny_decoder()); }, tiny_tasks);
    add(
        "naive-tiny", "a small Naive Faceptor for trying things out: width 192, views of 224 and 112 pixels",
        [] { return naive_config(tiny_vit(), 128); }, tiny_tasks);
  });
  return all;
}

}  // namespace detail

FACEPTOR_INLINE void register_architecture(const std::string& name, std::function<Architecture()> make) {
  detail::named_architectures().add(name, std::move(make));
}

FACEPTOR_INLINE std::vector<std::string> architecture_names() { return detail::named_architectures().names(); }

FACEPTOR_INLINE Architecture architecture(std::string_view name) { return detail::named_architectures().get(name)(); }

}  // namespace faceptor
