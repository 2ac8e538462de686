#pragma once

#include <torch/torch.h>

#include <memory>
#include <vector>

#include <faceptor/backbone/vit.hpp>
#include <faceptor/core/config.hpp>
#include <faceptor/decoder/interpreters.hpp>
#include <faceptor/decoder/query_decoder.hpp>
#include <faceptor/model/face_model.hpp>

namespace faceptor {

/// Options of `Faceptor`.
struct FaceptorOptions {
  FaceptorOptions(VitOptions vit) : backbone_([vit] { return std::make_shared<VitImpl>(vit); }) {}
  FaceptorOptions(BackboneFactory backbone) : backbone_(std::move(backbone)) {}
  /// Makes the backbone.
  TORCH_ARG(BackboneFactory, backbone);
  /// What the model can do.
  TORCH_ARG(TaskList, tasks);
  /// The query decoder. Its levels default to the last one of the reference's backbone, 11.
  TORCH_ARG(decoder::QueryDecoderOptions, decoder);
};

/// Faceptor (ECCV 2024): one query decoder for all tasks, whose tokens interpreters turn into values, maps or embeddings.
///
/// Memory, positions, keys and values are computed once per batch for all of its tasks; the queries of tasks wanted in the same
/// rows go through cross-attention and feed-forward network together. Identity (`feature_v2`) reads the backbone directly.
class FaceptorImpl : public torch::nn::Cloneable<FaceptorImpl>, public FaceModel {
 public:
  explicit FaceptorImpl(FaceptorOptions options);
  void reset() override;

  TaskOutputs forward(std::span<const ViewBatch> batches, ForwardTrace* trace = nullptr) override;
  const TaskList& tasks() const override { return options.tasks(); }
  Backbone& backbone() override { return *backbone_; }
  nlohmann::json config() const override;
  torch::nn::Module& module() override { return *this; }

  FaceptorOptions options;
  decoder::QueryDecoder decoder{nullptr};       ///< empty when no task has queries
  torch::nn::ModuleDict interpreters{nullptr};  ///< by interpreter group

 private:
  /// A task's way through the model.
  struct Route {
    std::int64_t queries;   ///< 0 for a task whose interpreter reads the backbone
    std::size_t query_set;  ///< index of its query set; unused without queries
    std::size_t output;     ///< index among the outputs of its interpreter
  };

  void make_interpreters();
  /// The interpreter of a task that reads the backbone.
  heads::Head& head_of(std::size_t task);
  /// The tasks of a batch that share rows, as one group each.
  std::vector<decoder::QueryRows> group(const ViewBatch& batch) const;
  void decode(const ViewBatch& batch, const FeaturePyramid& pyramid, TaskOutputs& outputs, ForwardTrace* trace);
  void read_backbone(const ViewBatch& batch, const FeaturePyramid& pyramid, TaskOutputs& outputs);

  std::shared_ptr<Backbone> backbone_;
  std::vector<Route> routes_;
  std::vector<std::size_t> set_tasks_;  ///< the task of each query set
};

TORCH_MODULE(Faceptor);

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/model/impl/faceptor_inl.hpp>
#endif
