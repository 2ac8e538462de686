// The paper's two architectures from one task list. Naive Faceptor has a head for each kind of task; Faceptor has one decoder for all,
// and a task is little more than a few query tokens. What does a further task cost in each?
#include <fmt/format.h>

#include <faceptor/core/text.hpp>
#include <faceptor/metrics/classification.hpp>
#include <faceptor/model/faceptor.hpp>
#include <faceptor/model/naive_faceptor.hpp>
#include <faceptor/nn/guard.hpp>
#include <faceptor/published/tasks.hpp>
#include <faceptor/tasks/task_registry.hpp>

using namespace faceptor;

namespace {

/// Published tasks on views small enough for an example. The embedding task is left out: both models give it the same head.
TaskList small_tasks(const TaskList& published) {
  TaskList tasks;
  for (const auto& task : published) {
    auto spec = task.spec();
    if (spec.kind == Embedding::kName) continue;
    spec.view.width(64).height(64);
    tasks.append(task_from_spec(spec));
  }
  return tasks;
}

VitOptions backbone() { return VitOptions(64, 12, 4, 16).image_side(64).projection(0); }

std::shared_ptr<FaceModel> faceptor_of(const TaskList& tasks) {
  return std::make_shared<FaceptorImpl>(
      FaceptorOptions(backbone()).tasks(tasks).decoder(decoder::QueryDecoderOptions().hidden(64).ffn(256).layers(3)));
}

std::shared_ptr<FaceModel> naive_of(const TaskList& tasks) {
  return std::make_shared<NaiveFaceptorImpl>(NaiveFaceptorOptions(backbone()).tasks(tasks).dense_channels(64).attribute_hidden(64));
}

void print(const char* name, const FaceModel& model) {
  const auto count = count_parameters(model.module());
  fmt::print("{:<10}{:>8} parameters:", name, count.total);
  for (const auto& [part, number] : count.parts) fmt::print(" {} {}", part, number);
  fmt::print("\n");
}

}  // namespace

int main() {
  const SeedGuard seed(1);
  torch::set_num_threads(1);  // the quickest for networks this small
  const auto few = small_tasks(published::base());
  const auto many = small_tasks(published::full());
  const auto faceptor = faceptor_of(few);
  const auto naive = naive_of(few);

  // The same tasks in, the same shapes out: code that uses a model need not know which it is.
  const torch::InferenceMode no_gradients;
  const auto images = torch::rand({2, 3, 64, 64});
  for (auto& model : {faceptor, naive}) model->module().eval();
  const auto from_faceptor = faceptor->run(images);
  const auto from_naive = naive->run(images);
  fmt::print("{} tasks\n", few.size());
  for (std::size_t i = 0; i < few.size(); ++i) {
    fmt::print("  {:<18}Faceptor {:<18}Naive {}\n", few[i].name(), text::shape(from_faceptor[i].sizes()),
               text::shape(from_naive[i].sizes()));
    if (from_faceptor[i].sizes() != from_naive[i].sizes()) return 1;
  }

  print("Faceptor", *faceptor);
  print("Naive", *naive);

  // More tasks of kinds that are there already: both have nearly all it takes. Faceptor adds two vectors an output (a query and its
  // position), Naive Faceptor a row of a last layer.
  const auto more = [](const FaceModel& from, const FaceModel& to) {
    return count_parameters(to.module()).total - count_parameters(from.module()).total;
  };
  fmt::print("{} tasks: Faceptor {:+}, Naive {:+} parameters\n", many.size(), more(*faceptor, *faceptor_of(many)),
             more(*naive, *naive_of(many)));

  // A task of a kind of its own: Faceptor's decoder serves it as well, Naive Faceptor builds a head.
  auto with_glasses = few;
  with_glasses.add(Task<AttributeVector, losses::BinaryCrossEntropy, results::Probabilities, metrics::Accuracy>("glasses")
                       .labels({"eyeglasses", "sunglasses"})
                       .view(views::aligned(64)));
  fmt::print("and glasses: Faceptor {:+}, Naive {:+} parameters\n", more(*faceptor, *faceptor_of(with_glasses)),
             more(*naive, *naive_of(with_glasses)));
}

// Prints:
//
//     6 tasks
//       age_morph2        Faceptor [2, 101]          Naive [2, 101]
//       biattr_celeba     Faceptor [2, 40]           Naive [2, 40]
//       affect_affectnet  Faceptor [2, 7]            Naive [2, 7]
//       affect_rafdb      Faceptor [2, 7]            Naive [2, 7]
//       parsing_celebam   Faceptor [2, 19, 16, 16]   Naive [2, 19, 16, 16]
//       align_300w        Faceptor [2, 68, 16, 16]   Naive [2, 68, 16, 16]
//     Faceptor    935425 parameters: backbone 650240 decoder 239616 interpreters 45569
//     Naive      1847742 parameters: backbone 650240 heads 1197502
//     12 tasks: Faceptor +33920, Naive +17225 parameters
//     and glasses: Faceptor +256, Naive +46022 parameters
