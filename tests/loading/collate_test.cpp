#include "support/torch_catch.hpp"

#include <faceptor/loading/collate.hpp>

#include <cmath>

#include <faceptor/published/tasks.hpp>
#include <faceptor/tasks/task_registry.hpp>

#include "loading/own_labels.hpp"
#include "support/error_of.hpp"
#include "support/memory_dataset.hpp"

using namespace faceptor;
using namespace faceptor::datasets;
using namespace faceptor::loading;
using namespace faceptor::transforms;

namespace {

Prepared labelled(Label label, Size size = {8, 4}) {
  Prepared sample;
  sample.size = size;
  sample.image.assign(static_cast<std::size_t>(3 * size.width * size.height), 0.5F);
  sample.label = std::move(label);
  sample.name = "sample";
  return sample;
}

DatasetInfo set_of(LabelKind kind, std::int64_t classes = 0) {
  DatasetInfo info;
  info.format = "memory";
  info.kind = kind;
  info.classes = classes;
  return info;
}

/// A published task as small as the samples here.
TaskSpec small(const char* name, std::int64_t outputs, Size crop = {8, 4}) {
  auto spec = published::by_name(name, outputs).spec();
  spec.view.width(crop.width).height(crop.height);
  return spec;
}

TaskSpec with_loss(const char* loss, std::int64_t outputs) {
  auto spec = small("age_morph2", outputs);
  spec.loss = loss;
  spec.loss_options = nlohmann::json::object();
  return spec;
}

double loss_of(const TaskSpec& spec, const torch::Tensor& output, const losses::Labels& labels) {
  return task_from_spec(spec).make_loss()->forward(output, labels).total.item<double>();
}

/// What a loss takes that is content with one kind.
losses::LabelNeeds needs(LabelKind kind, std::int64_t count = 0, std::int64_t ignored = -1) {
  return {.kinds = {kind}, .count = count, .ignored = ignored};
}

Error refused(const TaskSpec& task, const losses::LabelNeeds& needs, const DatasetInfo& set) {
  return error_of([&] { LabelCollator(task, needs, set); });
}

Error refused(const TaskSpec& task, const losses::LabelNeeds& needs, const DatasetInfo& set, Label label, Size size = {8, 4}) {
  const LabelCollator collator(task, needs, set);
  const std::vector<Prepared> samples{labelled(std::move(label), size)};
  return error_of([&] { collator.collate(samples); });
}

}  // namespace

TEST_CASE("Classes, ages and attributes as the published losses take them", "[data][collate]") {
  const std::vector<Prepared> classes{labelled(ClassLabel{3}), labelled(ClassLabel{0})};
  const auto affect = small("affect_rafdb", 7);
  auto labels = LabelCollator(affect, needs(LabelKind::class_index, 7), set_of(LabelKind::class_index, 7)).collate(classes);
  CHECK(labels.primary.equal(torch::tensor({3, 0}, torch::kLong)));
  CHECK(loss_of(affect, torch::zeros({2, 7}), labels) == Approx(std::log(7.0)));

  auto identity = published::recog_ms1mv3().spec();
  identity.loss_options["classes"] = 4;
  labels = LabelCollator(identity, needs(LabelKind::class_index, 4), set_of(LabelKind::class_index, 4)).collate(classes);
  CHECK(std::isfinite(loss_of(identity, torch::ones({2, 512}), labels)));

  const std::vector<Prepared> ages{labelled(AgeLabel{20}), labelled(AgeLabel{36.5F})};
  const auto age = small("age_morph2", 101);
  labels = LabelCollator(age, needs(LabelKind::age), set_of(LabelKind::age)).collate(ages);
  CHECK(labels.primary.equal(torch::tensor({20.0F, 36.5F})));
  CHECK(std::isfinite(loss_of(age, torch::zeros({2, 101}), labels)));

  const std::vector<Prepared> attributes{labelled(AttributeLabels{{1, 0, -1}}), labelled(AttributeLabels{{-1, -1, -1}})};
  const auto attribute = small("biattr_celeba", 3);
  labels = LabelCollator(attribute, needs(LabelKind::attributes, 3), set_of(LabelKind::attributes, 3)).collate(attributes);
  CHECK(labels.primary.equal(torch::tensor({{1.0F, 0.0F, -1.0F}, {-1.0F, -1.0F, -1.0F}})));
  CHECK(loss_of(attribute, torch::zeros({2, 3}), labels) == Approx(std::log(2.0)));  // two known ones, over two samples
}

TEST_CASE("Landmarks are normalised by the crop's sides", "[data][collate]") {
  const auto task = small("align_300w", 2);
  const std::vector<Prepared> samples{labelled(LandmarkLabels{{{3.5F, 1.5F}, {-0.5F, 3.5F}}, {}})};
  const auto labels = LabelCollator(task, needs(LabelKind::landmarks, 2), set_of(LabelKind::landmarks, 2)).collate(samples);
  CHECK(labels.primary.equal(torch::tensor({{{0.5F, 0.5F}, {0.0F, 1.0F}}})));
  // The centre of mass of a flat map is its centre: the first point is right, the second half a side away in x and in y.
  auto points_only = task;
  points_only.loss_options["heatmap_weight"] = 0.0;
  CHECK(loss_of(points_only, torch::zeros({1, 2, 4, 4}), labels) == Approx(std::sqrt(0.5) / 2).epsilon(1e-5));
}

TEST_CASE("Parsing classes are small numbers a pixel", "[data][collate]") {
  const auto task = small("parsing_lapa", 11, {3, 2});
  const std::vector<Prepared> samples{labelled(ParsingLabels{{3, 2, {0, 1, 2, 10, 9, 8}}}, {3, 2})};
  const auto labels = LabelCollator(task, needs(LabelKind::parsing, 11), set_of(LabelKind::parsing, 11)).collate(samples);
  CHECK(labels.primary.equal(torch::tensor({0, 1, 2, 10, 9, 8}, torch::kByte).view({1, 2, 3})));
  CHECK(loss_of(task, torch::zeros({1, 11, 4, 4}), labels) == Approx(std::log(11.0)));
}

TEST_CASE("Values and other losses", "[data][collate]") {
  const std::vector<Prepared> samples{labelled(ValueLabels{{0.5F, -2}})};
  const auto pose = with_loss("mean_absolute_error", 2);
  const auto labels = LabelCollator(pose, needs(LabelKind::values, 2), set_of(LabelKind::values, 2)).collate(samples);
  CHECK(loss_of(pose, torch::zeros({1, 2}), labels) == Approx(1.25));

  const std::vector<Prepared> ages{labelled(AgeLabel{30})};
  const auto years = with_loss("mean_squared_error", 1);
  const losses::LabelNeeds either{.kinds = {LabelKind::values, LabelKind::age}, .count = 1};
  CHECK(loss_of(years, torch::zeros({1, 1}), LabelCollator(years, either, set_of(LabelKind::age)).collate(ages)) == Approx(900));

  // A loss that takes any number takes what the set has.
  const std::vector<Prepared> shapes{labelled(LandmarkLabels{{{1, 1}}, {}}), labelled(LandmarkLabels{{{2, 2}}, {}})};
  const auto own = with_loss("own", 9);
  const auto points = LabelCollator(own, needs(LabelKind::landmarks), set_of(LabelKind::landmarks, 1)).collate(shapes);
  CHECK(points.primary.sizes() == at::IntArrayRef({2, 1, 2}));
  CHECK_FALSE(LabelCollator(own, needs(LabelKind::none), set_of(LabelKind::none)).allocate(3).primary.defined());
}

TEST_CASE("Pictures become one tensor", "[data][collate]") {
  auto second = labelled(NoLabel{});
  for (std::size_t i = 0; i < second.image.size(); ++i) second.image[i] = static_cast<float>(i);
  const std::vector<Prepared> samples{labelled(NoLabel{}), second};
  const auto images = collate_images(samples);
  CHECK(images.sizes() == at::IntArrayRef({2, 3, 4, 8}));
  CHECK(images[0].eq(0.5).all().item<bool>());
  CHECK(images[1].equal(torch::arange(96, torch::kFloat32).view({3, 4, 8})));

  CHECK(error_of([] { collate_images({}); }).code() == ErrorCode::argument);
  const std::vector<Prepared> mixed{labelled(NoLabel{}), labelled(NoLabel{}, {4, 4})};
  CHECK(error_of([&] { collate_images(mixed); }).code() == ErrorCode::mismatch);
}

TEST_CASE("Soft maps are numbers a pixel, map by map", "[data][collate][soft_maps]") {
  const auto task = small("parsing_lapa", 2, {3, 2});
  const SoftMapLabels maps{3, 2, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, -1}};
  const auto set = set_of(LabelKind::soft_maps, 2);
  const std::vector<Prepared> samples{labelled(maps, {3, 2}), labelled(maps, {3, 2})};
  const auto labels = LabelCollator(task, needs(LabelKind::soft_maps, 2), set).collate(samples).primary;
  CHECK(labels.sizes() == at::IntArrayRef({2, 2, 2, 3}));
  CHECK(labels.scalar_type() == torch::kFloat32);
  CHECK(labels[1].flatten().equal(torch::tensor(maps.values)));

  CHECK(refused(task, needs(LabelKind::soft_maps, 3), set).expected() == "3");
  CHECK(refused(task, needs(LabelKind::parsing, 2), set).found() == "soft_maps");
  CHECK(refused(task, needs(LabelKind::soft_maps, 2), set, SoftMapLabels{3, 2, {1, 2, 3, 4, 5, 6}}, {3, 2}).code() == ErrorCode::mismatch);
  CHECK(refused(task, needs(LabelKind::soft_maps, 2), set, SoftMapLabels{2, 3, maps.values}, {3, 2}).code() == ErrorCode::mismatch);
  auto endless = maps;
  endless.values[4] = INFINITY;
  CHECK(refused(task, needs(LabelKind::soft_maps, 2), set, endless, {3, 2}).code() == ErrorCode::format);
}

TEST_CASE("Labels of one's own have the shape they say", "[data][collate][own_label]") {
  using own_labels::Rotation;
  using own_labels::Weight;
  const auto task = with_loss("geodesic", 2);
  const Rotation turned{{1, 2, 3, 4, 5, 6, 7, 8, 9}};
  const MemoryDataset set("turns", {OwnLabel(turned), OwnLabel(Rotation{})});
  CHECK(set.info().kind == Rotation::kKind);
  std::vector<Prepared> samples;
  for (std::size_t i = 0; i < set.size(); ++i) samples.push_back(plain_crop(4)(set.read(i), Random(1)));
  const LabelCollator collator(task, needs(Rotation::kKind, 6), set.info());  // its shape, not a count, says what it has
  const auto labels = collator.collate(samples).primary;
  CHECK(labels.sizes() == at::IntArrayRef({2, 3, 3}));
  CHECK(labels[0].flatten().equal(torch::arange(1, 10, torch::kFloat32)));
  CHECK(labels[1].eq(0).all().item<bool>());

  // Known before any label came.
  register_label<Weight>();
  const auto weights = set_of(Weight::kKind);
  CHECK(LabelCollator(task, needs(Weight::kKind), weights).allocate(3).primary.sizes() == at::IntArrayRef({3, 2}));
  CHECK(refused(task, needs(Weight::kKind), weights, OwnLabel(Weight{NAN})).code() == ErrorCode::format);
  CHECK(refused(task, needs(Weight::kKind), weights, OwnLabel(Weight{3, true})).code() == ErrorCode::format);
  CHECK(refused(task, needs(Weight::kKind), weights, OwnLabel(turned)).found() == "rotation");
  CHECK(refused(task, needs(Rotation::kKind), weights).expected() == "rotation, for the loss geodesic");
  constexpr LabelKind kUnheard{"unheard_of"};
  CHECK(refused(task, needs(kUnheard), set_of(kUnheard)).code() == ErrorCode::unsupported);
}

TEST_CASE("A loss of one's own is held to what it takes", "[data][collate]") {
  const auto own = with_loss("own", 1);
  // One output: neither two columns nor a class index are broadcast to it.
  CHECK(refused(own, needs(LabelKind::values, 1), set_of(LabelKind::values, 2)).code() == ErrorCode::mismatch);
  CHECK(refused(own, needs(LabelKind::values, 1), set_of(LabelKind::class_index, 1)).code() == ErrorCode::mismatch);
  CHECK(refused(own, {}, set_of(LabelKind::values, 1)).expected() == "labels that no data set gives, for the loss own");
  CHECK(refused(own, {}, set_of(LabelKind::none)).code() == ErrorCode::mismatch);
  const losses::LabelNeeds several{.kinds = {LabelKind::values, LabelKind::attributes}, .count = 1};
  CHECK(refused(own, several, set_of(LabelKind::age)).expected() == "values or attributes, for the loss own");
  LabelCollator(own, several, set_of(LabelKind::attributes, 1));
}

TEST_CASE("A set that doesn't fit its task is refused before anything is read", "[data][collate]") {
  const auto classes = needs(LabelKind::class_index, 7);
  const auto kind = refused(small("affect_rafdb", 7), classes, set_of(LabelKind::age));
  CHECK(kind.code() == ErrorCode::mismatch);
  CHECK(kind.expected() == "class, for the loss cross_entropy");
  CHECK(kind.found() == "age");

  CHECK(refused(small("affect_rafdb", 7), classes, set_of(LabelKind::class_index, 8)).expected() == "at most 7");
  CHECK(refused(small("biattr_celeba", 40), needs(LabelKind::attributes, 40), set_of(LabelKind::attributes, 39)).expected() == "40");
  CHECK(refused(small("align_300w", 68), needs(LabelKind::landmarks, 68), set_of(LabelKind::landmarks, 98)).found() == "98");
  CHECK(refused(small("parsing_lapa", 11), needs(LabelKind::parsing, 11), set_of(LabelKind::parsing, 19)).expected() == "at most 11");
  // Fewer classes than the task has are a smaller set.
  LabelCollator(small("affect_rafdb", 7), classes, set_of(LabelKind::class_index, 3));

  auto swapped = set_of(LabelKind::class_index, 7);
  const auto affect = published::affect_rafdb().spec();
  swapped.label_names = affect.labels;
  LabelCollator(affect, classes, swapped);
  std::swap(swapped.label_names[2], swapped.label_names[5]);
  const auto order = refused(affect, classes, swapped);
  CHECK(order.code() == ErrorCode::mismatch);
  CHECK(order.expected() == "\"" + affect.labels[2] + "\" as number 2");
}

TEST_CASE("Samples that are not what their set says are refused", "[data][collate]") {
  const auto refuses = [](const TaskSpec& task, LabelKind kind, std::int64_t count, Label label, Size size = {8, 4}) {
    return refused(task, needs(kind, count), set_of(kind, count), std::move(label), size).code();
  };
  const auto celeba = small("biattr_celeba", 3), affect = small("affect_rafdb", 7), age = small("age_morph2", 101);
  const auto align = small("align_300w", 1);
  CHECK(refuses(celeba, LabelKind::attributes, 3, AttributeLabels{{1, 0}}) == ErrorCode::mismatch);
  CHECK(refuses(celeba, LabelKind::attributes, 3, AgeLabel{3}) == ErrorCode::mismatch);
  CHECK(refuses(small("parsing_lapa", 11), LabelKind::parsing, 11, ParsingLabels{{3, 2, {0, 0, 0, 0, 0, 0}}}) == ErrorCode::mismatch);

  // These blame the one record.
  CHECK(refuses(celeba, LabelKind::attributes, 3, AttributeLabels{{1, 0, 2}}) == ErrorCode::format);
  CHECK(refuses(affect, LabelKind::class_index, 7, ClassLabel{7}) == ErrorCode::format);
  CHECK(refuses(affect, LabelKind::class_index, 7, ClassLabel{-1}) == ErrorCode::format);
  CHECK(refuses(age, LabelKind::age, 0, AgeLabel{-1}) == ErrorCode::format);
  CHECK(refuses(age, LabelKind::age, 0, AgeLabel{NAN}) == ErrorCode::format);
  CHECK(refuses(align, LabelKind::landmarks, 1, LandmarkLabels{{{NAN, 1}}, {}}) == ErrorCode::format);
  CHECK(refuses(align, LabelKind::landmarks, 1, LandmarkLabels{{{200, 1}}, {}}) == ErrorCode::format);
  CHECK(refuses(with_loss("wing", 2), LabelKind::values, 2, ValueLabels{{1, INFINITY}}) == ErrorCode::format);
  const ParsingLabels beyond{{3, 2, {0, 0, 0, 0, 0, 255}}};
  const auto parsing = small("parsing_lapa", 11, {3, 2});
  CHECK(refuses(parsing, LabelKind::parsing, 11, beyond, {3, 2}) == ErrorCode::format);
  const std::vector<Prepared> samples{labelled(beyond, {3, 2})};
  const LabelCollator ignoring(parsing, needs(LabelKind::parsing, 11, 255), set_of(LabelKind::parsing, 11));
  CHECK(ignoring.collate(samples).primary[0][1][2].item<int>() == 255);
}
