// An embedding of one's own: 32 numbers that are near to each other for photos of one person. Trained by a loss that owns a part of
// what is learned, on painted people, and asked about people it never saw.
#include <fmt/format.h>

#include <faceptor/losses/identity.hpp>
#include <faceptor/metrics/identity.hpp>
#include <faceptor/model/faceptor.hpp>
#include <faceptor/nn/guard.hpp>
#include <faceptor/results/embedding.hpp>
#include <faceptor/synthetic/faces.hpp>
#include <faceptor/tasks/task.hpp>

using namespace faceptor;

namespace {

constexpr int64_t kPeople = 24;

// ---- the task ----
auto person_task() {
  return Task<Embedding, losses::CosFace, results::Embedding, metrics::FaceVerification>("person")
      .outputs(32)
      .view(views::aligned(64))
      .loss(losses::CosFaceOptions(kPeople, 32).scale(16).margin(0.2));
}
// ---- that was it ----

/// Picture `index` of a set of painted people, as the view shows it: person index % people.
torch::Tensor picture(const synthetic::SyntheticFaces& faces, const View& view, std::uint64_t index) {
  const auto sample = faces.face(index);
  auto chw = torch::empty({3, view.height(), view.width()});
  const auto transform = ViewTransform::of(view, sample.image.width(), sample.image.height(), nullptr, &sample.face.five_points);
  extract(sample.image, view, transform, {chw.data_ptr<float>(), static_cast<std::size_t>(chw.numel())});
  return chw;
}

synthetic::SyntheticFaces people(std::uint64_t seed) {
  return synthetic::SyntheticFaces(seed, synthetic::SyntheticOptions{.size = {128, 128}, .identities = kPeople});
}

}  // namespace

int main() {
  const SeedGuard seed(1);
  torch::set_num_threads(1);  // the quickest for a network this small
  TaskList tasks;
  const auto person = tasks.add(person_task());
  Faceptor model(FaceptorOptions(VitOptions(48, 3, 4, 8).image_side(64).projection(0).drop_path(0)).tasks(tasks));
  const auto& spec = tasks.at("person").spec();
  fmt::print("read by \"{}\": {} queries in the decoder\n", spec.interpreter, spec.queries());

  // The loss has parameters: one direction a person. They are trained with the model, and dropped when it is used.
  const auto loss = tasks.at("person").make_loss();
  auto parameters = model->parameters();
  for (const auto& p : loss->named_parameters()) {
    fmt::print("the loss's own: {}, {} x {}\n", p.key(), p.value().size(0), p.value().size(1));
    parameters.push_back(p.value());
  }
  torch::optim::AdamW optimizer(parameters, torch::optim::AdamWOptions(2e-3));

  std::vector<torch::Tensor> images;
  const auto known = people(11);
  for (std::uint64_t i = 0; i < 12 * kPeople; ++i) images.push_back(picture(known, spec.view, i));
  const auto train = torch::stack(images);
  const auto labels = torch::arange(12 * kPeople, torch::kInt64).remainder(kPeople);
  for (int step = 0; step < 150; ++step) {
    const auto rows = torch::randint(train.size(0), {32}, torch::kInt64);
    const auto value = loss->forward(model->run(train.index_select(0, rows))[person.index()], labels.index_select(0, rows)).total;
    optimizer.zero_grad();
    value.backward();
    optimizer.step();
    if (step % 50 == 0) fmt::print("step {:>3}: loss {:.2f}\n", step, value.item<float>());
  }

  // People it never saw: is a pair of pictures one person?
  model->eval();
  const torch::NoGradGuard no_gradients;
  const auto strangers = people(12);
  std::vector<torch::Tensor> first, second;
  std::vector<int64_t> same;
  for (std::uint64_t i = 0; i < 120; ++i) {
    const bool one = i % 2 == 0;
    first.push_back(picture(strangers, spec.view, i));
    second.push_back(picture(strangers, spec.view, i + kPeople + (one ? 0 : 1)));  // another picture of the same, or of the next person
    same.push_back(one ? 1 : 0);
  }
  const auto embed = [&](const std::vector<torch::Tensor>& pictures) { return model->run(torch::stack(pictures))[person.index()]; };
  const auto metric = tasks.at("person").make_metric();
  metric->add(embed(first), losses::Labels(torch::tensor(same), {{"other", embed(second)}}));
  fmt::print("pairs of strangers: accuracy {:.2f}\n", metric->report().at("accuracy").get<double>());

  // As results: of length 1, and only comparable if the same weights made them.
  const std::string weights = "the hash of the weights", others = "that of others";
  const ViewTransform transform(Matrix::Identity(), {128, 128}, {64, 64}, 0);
  const auto result = [&](const torch::Tensor& image, const std::string& hash) {
    return tasks.at("person").read(model->run(image.unsqueeze(0))[person.index()][0], {spec, transform, hash}).get<results::Embedding>();
  };
  fmt::print("cosine of a pair of one person {:.2f}, of two {:.2f}\n",
             results::cosine(result(first[0], weights), result(second[0], weights)),
             results::cosine(result(first[1], weights), result(second[1], weights)));
  try {
    results::cosine(result(first[0], weights), result(second[0], others));
    return 1;  // it has to refuse
  } catch (const Error& error) {
    fmt::print("{}\n", error.summary());
  }
}

// Prints:
//
//     read by "feature_v2": 0 queries in the decoder
//     the loss's own: class_matrix, 24 x 32
//     step   0: loss 9.25
//     step  50: loss 5.00
//     step 100: loss 3.77
//     pairs of strangers: accuracy 0.82
//     cosine of a pair of one person 0.70, of two -0.86
//     results: embeddings of different models can't be compared
