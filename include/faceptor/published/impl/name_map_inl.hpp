#pragma once

#include <map>
#include <set>

#include <faceptor/core/error.hpp>
#include <faceptor/core/text.hpp>
#include <faceptor/published/name_map.hpp>

namespace faceptor::published {
namespace detail {

FACEPTOR_INLINE std::string embedding_task(const std::vector<PublishedTask>& tasks) {
  std::string name;
  for (const auto& task : tasks) {
    if (task.kind != PublishedHeadKind::embedding) continue;
    if (!name.empty())
      throw Error(ErrorCode::argument, "weights: published models have one embedding task").found(name + " and " + task.name);
    name = task.name;
  }
  return name;
}

/// "parsing" and "weight" of "heads_module.heads.parsing.head.conv_seg.weight"; nothing of other names.
FACEPTOR_INLINE std::optional<std::pair<std::string, std::string>> joined_output(std::string_view name) {
  constexpr std::string_view kBegin = "heads_module.heads.", kMiddle = ".head.conv_seg.";
  const auto middle = name.find(kMiddle);
  if (!name.starts_with(kBegin) || middle == name.npos) return std::nullopt;
  return std::pair(std::string(name.substr(kBegin.size(), middle - kBegin.size())), std::string(name.substr(middle + kMiddle.size())));
}

FACEPTOR_INLINE std::vector<PublishedTask> dense_tasks(const std::vector<PublishedTask>& tasks, const std::string& head) {
  std::vector<PublishedTask> found;
  for (const auto& task : tasks) {
    if (task.kind == PublishedHeadKind::dense && task.head() == head) found.push_back(task);
  }
  return found;
}

FACEPTOR_INLINE std::string dense_output(const PublishedTask& task, const std::string& field) {
  return "heads." + task.head() + ".outputs." + task.name + "." + field;
}

FACEPTOR_INLINE void split_output(const torch::Tensor& joined, const std::string& name, const std::string& head, const std::string& field,
                                  const std::vector<PublishedTask>& tasks, nn::NamedTensors& ours) {
  const auto parts = dense_tasks(tasks, head);
  std::int64_t sum = 0;
  for (const auto& task : parts) sum += task.outputs;
  if (joined.dim() == 0 || sum != joined.size(0)) {
    throw Error(ErrorCode::mismatch, "weights: the outputs of the dense tasks don't add up to tensor \"" + name + "\"")
        .expected(text::shape(joined.sizes()))
        .found(std::to_string(sum) + " outputs of " + std::to_string(parts.size()) + " tasks");
  }
  std::int64_t begin = 0;
  for (const auto& task : parts) {
    ours.emplace(dense_output(task, field), joined.narrow(0, begin, task.outputs));
    begin += task.outputs;
  }
}

}  // namespace detail

FACEPTOR_INLINE nn::NamedTensors from_published(const nn::NamedTensors& published, const std::vector<PublishedTask>& tasks,
                                                NameReport* report) {
  const auto embedding = detail::embedding_task(tasks);
  NameReport names;
  nn::NamedTensors ours;
  std::map<std::string, std::pair<std::string, torch::Tensor>> copies;
  for (const auto& [name, tensor] : published) {
    const std::string plain(without_module(name));
    if (const auto joined = detail::joined_output(plain)) {
      detail::split_output(tensor, name, joined->first, joined->second, tasks, ours);
    } else if (const auto own = name_from_published(plain, embedding)) {
      if (!ours.emplace(*own, tensor).second) {
        throw Error(ErrorCode::mismatch, "weights: two tensors of the checkpoint stand for one").where(*own).found(name);
      }
      if (const auto repeated = repeated_name(plain)) copies.emplace(*repeated, std::pair(*own, tensor));
    } else if (is_text_tower(plain)) {
      names.ignored.push_back(name);
    } else {
      names.unknown.push_back(name);
    }
  }
  std::erase_if(names.unknown, [&](const std::string& name) {
    const auto copy = copies.find(std::string(without_module(name)));
    if (copy == copies.end()) return false;
    if (!torch::equal(copy->second.second, published.at(name))) {
      throw Error(ErrorCode::mismatch, "weights: the checkpoint holds a tensor twice, with different values")
          .where(name)
          .found(copy->second.first);
    }
    return true;
  });
  if (report != nullptr) *report = std::move(names);
  return ours;
}

FACEPTOR_INLINE nn::NamedTensors to_published(const nn::NamedTensors& ours, const std::vector<PublishedTask>& tasks,
                                              const std::string& prefix) {
  const auto embedding = detail::embedding_task(tasks);
  nn::NamedTensors published;
  std::set<std::string> joined;
  for (const auto& task : tasks) {
    if (task.kind != PublishedHeadKind::dense) continue;
    for (const std::string field : {"weight", "bias"}) {
      if (ours.count(detail::dense_output(task, field)) == 0) continue;
      std::vector<torch::Tensor> parts;
      for (const auto& part : detail::dense_tasks(tasks, task.head())) {
        const auto name = detail::dense_output(part, field);
        const auto found = ours.find(name);
        if (found == ours.end())
          throw Error(ErrorCode::mismatch, "weights: a dense head lacks the outputs of a task").expected("a tensor \"" + name + "\"");
        parts.push_back(found->second);
        joined.insert(name);
      }
      published.emplace(prefix + "heads_module.heads." + task.head() + ".head.conv_seg." + field, torch::cat(parts, 0));
    }
  }
  for (const auto& [name, tensor] : ours) {
    if (joined.count(name) != 0) continue;
    const auto other = name_to_published(name, embedding);
    if (!other) throw Error(ErrorCode::mismatch, "weights: published checkpoints have no name for tensor \"" + name + "\"");
    published.emplace(prefix + *other, tensor);
    if (const auto repeated = repeated_name(*other)) published.emplace(prefix + *repeated, tensor);
  }
  return published;
}

FACEPTOR_INLINE PublishedModel infer_published(const nn::NamedTensors& published) {
  std::vector<files::TensorView> views;
  for (const auto& [name, tensor] : published) {
    const auto sizes = tensor.sizes();
    views.push_back({name, nn::dtype_of(tensor), std::span(sizes.data(), sizes.size()), {}});
  }
  return infer_published(std::span<const files::TensorView>(views));
}

}  // namespace faceptor::published
