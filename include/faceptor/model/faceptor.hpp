#pragma once

#include <torch/torch.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <faceptor/backbone/vit.hpp>
#include <faceptor/core/config.hpp>
#include <faceptor/decoder/interpreter.hpp>
#include <faceptor/decoder/interpreters.hpp>
#include <faceptor/decoder/query_decoder.hpp>
#include <faceptor/heads/head.hpp>
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

namespace detail {

/// The parts of a Faceptor, plain or frozen, and the way of its tasks through them.
struct FaceptorParts {
  /// A task's way.
  struct Route {
    std::int64_t queries;   ///< 0 for a task whose interpreter reads the backbone
    std::size_t query_set;  ///< index of its query set; unused without queries
    std::string group;      ///< of its interpreter
    std::size_t output;     ///< index among the outputs of its interpreter
  };

  std::shared_ptr<Backbone> backbone;
  std::shared_ptr<decoder::Decoder> decoder;  ///< empty when no task has queries
  std::map<std::string, std::shared_ptr<decoder::Interpreter>> interpreters;
  std::map<std::string, std::shared_ptr<heads::Head>> heads;  ///< interpreters that read the backbone
  std::vector<Route> routes;
  std::vector<std::size_t> set_tasks;  ///< the task of each query set

  /// Replaces each part that has a frozen form by it.
  void freeze(nn::Precision precision);
  TaskOutputs forward(std::span<const ViewBatch> batches, ForwardTrace* trace) const;

 private:
  /// The tasks of a batch that share rows, as one group each.
  std::vector<decoder::QueryRows> group(const ViewBatch& batch) const;
  void decode(const ViewBatch& batch, const FeaturePyramid& pyramid, TaskOutputs& outputs, ForwardTrace* trace) const;
  void read_backbone(const ViewBatch& batch, const FeaturePyramid& pyramid, TaskOutputs& outputs) const;
};

}  // namespace detail

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
  std::shared_ptr<FaceModel> frozen(const nn::FreezeOptions& options) override;

  FaceptorOptions options;
  decoder::QueryDecoder decoder{nullptr};       ///< empty when no task has queries
  torch::nn::ModuleDict interpreters{nullptr};  ///< by interpreter group

 private:
  void make_interpreters();
  detail::FaceptorParts parts() const;

  std::shared_ptr<Backbone> backbone_;
  std::vector<detail::FaceptorParts::Route> routes_;
  std::vector<std::size_t> set_tasks_;  ///< the task of each query set
};

TORCH_MODULE(Faceptor);

}  // namespace faceptor

#ifdef FACEPTOR_HEADER_ONLY
#include <faceptor/model/impl/faceptor_inl.hpp>
#endif
