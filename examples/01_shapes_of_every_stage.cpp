// What stands where in a Faceptor: one forward, and the shape of everything it makes on the way.
//
// The network is small enough to run at once; its shapes follow the same rules as those of the published one, whose numbers stand in
// the comments: ViT-B/16 of width 768 with 12 blocks, a decoder of width 256 with 9 layers.
#include <fmt/format.h>

#include <faceptor/core/text.hpp>
#include <faceptor/model/faceptor.hpp>
#include <faceptor/nn/guard.hpp>
#include <faceptor/published/tasks.hpp>

using namespace faceptor;

namespace {

void print(const char* what, const torch::Tensor& tensor) { fmt::print("  {:<26}{}\n", what, text::shape(tensor.sizes())); }

void print_view(const FaceptorImpl& model, const ForwardTrace& trace, std::size_t view) {
  const auto& features = trace.features[view];
  for (const auto level : features.levels()) print(fmt::format("feature of block {}", level).c_str(), features.at(level));
  // Identity has no queries, so a batch of identity alone never gets here; both batches below hold other tasks.
  const auto& memory = trace.memories[view];
  print("memory", memory.tokens);  // B x levels * cells x 256: what the queries look at
  print("memory with positions", memory.keyed);
  for (std::size_t g = 0; g < trace.decoder[view].size(); ++g) {
    int64_t queries = 0;
    for (const auto set : trace.query_groups[view][g].sets) queries += model.decoder->sets[set].count;
    fmt::print("  {} queries in one group\n", queries);
    print("tokens after the decoder", trace.decoder[view][g].after_ffn.back());
    print("last attention", trace.decoder[view][g].last_attention);
  }
}

}  // namespace

int main() {
  const SeedGuard seed(1);  // the same weights each time
  TaskList tasks;
  tasks.add(published::align_300w().view(views::box(128, 0.8F)));    // 68 maps          (published: of 512 pixels)
  tasks.add(published::parsing_lapa().view(views::box(128, 0.8F)));  // 11 maps          (512)
  tasks.add(published::age_morph2().view(views::aligned(64)));       // 101 values       (112)
  tasks.add(published::affect_rafdb().view(views::aligned(64)));     // 7 values         (112)
  tasks.add(published::recog_ms1mv3().view(views::aligned(64)));     // 512, from the backbone (112)

  Faceptor model(FaceptorOptions(VitOptions(48, 4, 4, 16).image_side(128).projection(0))
                     .tasks(tasks)
                     .decoder(decoder::QueryDecoderOptions().hidden(32).heads(4).ffn(64).layers(2).levels({1, 3}).map_level(3)));
  model->eval();

  // Two faces, two views of each. Tasks with equal views are one batch: the backbone runs twice, whatever the number of tasks.
  const std::vector<std::size_t> dense = {0, 1};
  const std::vector<std::size_t> others = {2, 3, 4};
  const std::vector<ViewBatch> batches = {ViewBatch::all(torch::rand({2, 3, 128, 128}), dense),
                                          ViewBatch::all(torch::rand({2, 3, 64, 64}), others)};
  const torch::InferenceMode no_gradients;
  ForwardTrace trace;
  const auto outputs = model->forward(batches, &trace);

  for (std::size_t view = 0; view < batches.size(); ++view) {
    fmt::print("view {}, images {}\n", view, text::shape(batches[view].images.sizes()));
    print_view(*model, trace, view);
  }
  fmt::print("raw outputs\n");
  for (std::size_t i = 0; i < tasks.size(); ++i) print(tasks[i].name().c_str(), outputs[i]);

  fmt::print("parameters\n");
  const auto count = count_parameters(*model);
  for (const auto& [part, number] : count.parts) fmt::print("  {:<26}{}\n", part, number);
  fmt::print("  {:<26}{}\n", "all", count.total);
}

// Prints:
//
//     view 0, images [2, 3, 128, 128]
//       feature of block 1        [2, 48, 8, 8]
//       feature of block 3        [2, 48, 8, 8]
//       memory                    [2, 128, 32]
//       memory with positions     [2, 128, 32]
//       79 queries in one group
//       tokens after the decoder  [2, 79, 32]
//       last attention            [2, 79, 128]
//     view 1, images [2, 3, 64, 64]
//       feature of block 1        [2, 48, 4, 4]
//       feature of block 3        [2, 48, 4, 4]
//       memory                    [2, 32, 32]
//       memory with positions     [2, 32, 32]
//       108 queries in one group
//       tokens after the decoder  [2, 108, 32]
//       last attention            [2, 108, 32]
//     raw outputs
//       align_300w                [2, 68, 32, 32]
//       parsing_lapa              [2, 11, 32, 32]
//       age_morph2                [2, 101]
//       affect_rafdb              [2, 7]
//       recog_ms1mv3              [2, 512]
//     parameters
//       backbone                  153216
//       decoder                   42944
//       interpreters              39617
//       all                       235777
