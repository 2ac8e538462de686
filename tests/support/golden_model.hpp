#pragma once

#include <torch/torch.h>

#include <faceptor/weights/model_file.hpp>
#include <filesystem>

#include "support/golden.hpp"

/// A golden model: its checkpoint loaded through the library's own import, its configuration, its reference tensors.
namespace golden {

struct Model {
  nlohmann::json config;
  faceptor::weights::LoadedModel loaded;
  faceptor::nn::NamedTensors io;

  faceptor::FaceModel& model() { return *loaded.model; }
  const torch::Tensor& image(const char* which) const { return io.at("image." + std::to_string(config.at(which).get<int>())); }
};

/// @param folder      with config.json, io.safetensors and a checkpoint
/// @param checkpoint  its name
inline Model load(const std::filesystem::path& folder, const std::string& checkpoint) {
  Model golden;
  golden.config = json(folder / "config.json");
  golden.loaded = faceptor::weights::load_model(folder / checkpoint, golden.config);
  golden.loaded.model->module().eval();
  golden.io = faceptor::nn::load_tensors(folder / "io.safetensors");
  return golden;
}

}  // namespace golden
