#pragma once

#include <torch/torch.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <faceptor/backbone/vit.hpp>
#include <faceptor/core/config.hpp>
#include <faceptor/heads/head.hpp>
#include <faceptor/model/face_model.hpp>

namespace faceptor {

/// Options of `NaiveFaceptor`.
struct NaiveFaceptorOptions {
  NaiveFaceptorOptions(VitOptions vit) : backbone_([vit] { return std::make_shared<VitImpl>(vit); }) {}
  NaiveFaceptorOptions(BackboneFactory backbone) : backbone_(std::move(backbone)) {}
  /// Makes the backbone.
  TORCH_ARG(BackboneFactory, backbone);
  /// What the model can do.
  TORCH_ARG(TaskList, tasks);
  /// Levels that dense heads read; empty for `heads::dense_levels`.
  TORCH_ARG(std::vector<int64_t>, dense_levels);
  /// Levels that attribute heads read; empty for `heads::attribute_levels`.
  TORCH_ARG(std::vector<int64_t>, attribute_levels);
  /// Channels within a dense head.
  TORCH_ARG(int64_t, dense_channels) = 512;
  /// Width of the vector before an attribute head's last layer.
  TORCH_ARG(int64_t, attribute_hidden) = 512;

 public:
  template <class Visitor>
  void each_field(Visitor&& visit) {
    visit("dense_levels", dense_levels_);
    visit("attribute_levels", attribute_levels_);
    visit("dense_channels", dense_channels_);
    visit("attribute_hidden", attribute_hidden_);
  }
};

namespace detail {

/// The parts of a Naive Faceptor, plain or frozen, and where its tasks are among them.
struct NaiveFaceptorParts {
  struct Place {
    std::string group;   ///< of its head
    std::size_t output;  ///< among the head's outputs
  };

  std::shared_ptr<Backbone> backbone;
  std::map<std::string, std::shared_ptr<heads::Head>> heads;  ///< by group
  std::vector<Place> places;                                  ///< of the tasks

  /// Replaces each part that has a frozen form by it.
  void freeze(nn::Precision precision);
  TaskOutputs forward(std::span<const ViewBatch> batches, ForwardTrace* trace) const;
};

}  // namespace detail

/// Naive Faceptor (ECCV 2024): one standardised head per group of tasks, each with a last layer of its own.
class NaiveFaceptorImpl : public torch::nn::Cloneable<NaiveFaceptorImpl>, public FaceModel {
 public:
  explicit NaiveFaceptorImpl(NaiveFaceptorOptions options);
  void reset() override;

  TaskOutputs forward(std::span<const ViewBatch> batches, ForwardTrace* trace = nullptr) override;
  const TaskList& tasks() const override { return options.tasks(); }
  Backbone& backbone() override { return *backbone_; }
  nlohmann::json config() const override;
  std::int64_t map_channels(std::size_t task) const override;
  torch::nn::Module& module() override { return *this; }
  std::shared_ptr<FaceModel> frozen(const nn::FreezeOptions& options) override;

  NaiveFaceptorOptions options;
  torch::nn::ModuleDict heads{nullptr};  ///< by head group

 private:
  detail::NaiveFaceptorParts parts() const;

  std::shared_ptr<Backbone> backbone_;
  std::vector<detail::NaiveFaceptorParts::Place> places_;  ///< of the tasks
};

TORCH_MODULE(NaiveFaceptor);

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/model/impl/naive_faceptor_inl.hpp>
#endif
