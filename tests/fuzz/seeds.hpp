#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <faceptor/datasets/cofw.hpp>
#include <faceptor/datasets/mat5.hpp>
#include <faceptor/datasets/record_io.hpp>
#include <faceptor/datasets/verification.hpp>
#include <faceptor/files/byte_cursor.hpp>
#include <faceptor/files/checkpoint.hpp>
#include <faceptor/files/pickle_writer.hpp>
#include <faceptor/files/safetensors.hpp>
#include <faceptor/image/codecs.hpp>
#include <faceptor/image/write.hpp>
#include <faceptor/results/attributes.hpp>

#include "datasets/npy_files.hpp"
#include "fuzz/targets.hpp"
#include "image/encoders.hpp"
#include "image/pictures.hpp"
#include "image/zoo.hpp"
#include "support/temporary_folder.hpp"
#include "support/tests_folder.hpp"

/// What fuzzing starts from: small sound files of every kind that the parsers read, and the zoo of pictures.
namespace fuzz {

struct Seed {
  std::string_view target;
  std::string name, bytes;
};

inline void add_pictures(std::vector<Seed>& seeds) {
  constexpr std::size_t kLargest = 8192;
  for (const auto& animal : zoo::animals()) {
    const std::string bytes(faceptor::files::text_of(animal.bytes));
    if (bytes.size() > kLargest) continue;
    seeds.push_back({"exif", animal.name, bytes});
    using faceptor::ImageFormat;
    switch (faceptor::sniff_format(animal.bytes).value_or(ImageFormat::bmp)) {
      case ImageFormat::jpeg: seeds.push_back({"jpeg", animal.name, bytes}); break;
      case ImageFormat::png: seeds.push_back({"png", animal.name, bytes}); break;
      case ImageFormat::webp: seeds.push_back({"webp", animal.name, bytes}); break;
      case ImageFormat::pnm: seeds.push_back({"pnm", animal.name, bytes}); break;
      default: seeds.push_back({"bmp_gif_psd", animal.name, bytes});
    }
  }
  for (const bool little : {false, true}) {
    seeds.push_back({"exif", little ? "little" : "big", std::string(faceptor::files::text_of(encoders::exif(6, little)))});
  }
}

inline void add_weights(std::vector<Seed>& seeds, const TemporaryFolder& folder) {
  using namespace faceptor::files;
  const std::vector<float> numbers = {1, 2, 3, 4, 5, 6};
  const std::vector<std::int64_t> shape = {2, 3}, list = {3};
  const std::vector<std::uint8_t> small = {1, 0, 1};
  const TensorView tensors[] = {{"a.weight", DType::f32, shape, std::as_bytes(std::span(numbers))},
                                {"b", DType::u8, list, std::as_bytes(std::span(small))}};
  write_safetensors(folder / "a", tensors, {{"format", "pt"}, {"note", "x"}});
  seeds.push_back({"safetensors", "two", read_text(folder / "a")});
  write_safetensors(folder / "b", {});
  seeds.push_back({"safetensors", "none", read_text(folder / "b")});
  write_checkpoint(folder / "c", tensors, 7);
  seeds.push_back({"checkpoint", "zip", read_text(folder / "c")});

  pickle::Writer out(2);
  out.begin_dict();
  out.text("state_dict");
  out.begin_ordered_dict();
  out.text("w");
  out.begin_call("torch._utils", "_rebuild_tensor_v2");
  out.begin_persistent();
  out.text("storage");
  out.global("torch", "FloatStorage");
  out.text("0");
  out.text("cpu");
  out.integer(6);
  out.end();
  out.integer(0);
  for (const auto& sides : {std::pair{2, 3}, std::pair{3, 1}}) {
    out.begin_tuple();
    out.integer(sides.first);
    out.integer(sides.second);
    out.end();
  }
  out.boolean(false);
  out.end();
  out.end();
  out.text("epoch");
  out.integer(3'000'000'000);
  out.text("more");
  out.begin_list();
  out.none();
  out.bytes(std::as_bytes(std::span(small)));
  out.end();
  out.end();
  const auto bytes = out.finish();
  seeds.push_back({"checkpoint_pickle", "state", bytes});
  seeds.push_back({"pickle", "state", bytes});
  seeds.push_back({"pickle", "state_passing", bytes + "\1"});
  using namespace std::string_literals;
  seeds.push_back({"pickle", "numbers", "\x80\x02(K\xffM\x00\x01J\xff\xff\xff\xff\x8a\x01\x80G\x3f\xf8\0\0\0\0\0\0\x88\x89Nt."s});
  seeds.push_back({"pickle", "memo",
                   "\x80\x04\x95\x20\0\0\0\0\0\0\0]\x94(\x8c\x01"
                   "a\x94h\1C\1zX\1\0\0\0yU\1x\x86\x85\x87}\x94K\1K\2s\x8f(K\1\x90\x91"
                   "e."s});
}

inline std::string celeba_pickle_seed() {
  faceptor::files::pickle::Writer out(2);
  const auto numbers = [&](std::initializer_list<int> values) {
    out.begin_list();
    for (const int value : values) out.integer(value);
    out.end();
  };
  out.begin_dict();
  out.text("image_name");
  out.begin_list();
  for (const char* name : {"1.jpg", "2.jpg"}) out.text(name);
  out.end();
  out.text("attr_name");
  out.begin_list();
  for (const auto name : faceptor::results::kCelebaAttributeNames) out.text(name);
  out.end();
  out.text("attr");
  out.begin_list();
  for (int row = 0; row < 2; ++row) {
    out.begin_list();
    for (std::size_t i = 0; i < faceptor::results::kCelebaAttributeNames.size(); ++i) out.integer(static_cast<int>(i) % 2);
    out.end();
  }
  out.end();
  out.text("partition");
  out.begin_dict();
  out.text("train"), numbers({0});
  out.text("val"), numbers({});
  out.text("trainval"), numbers({0});
  out.text("test"), numbers({1});
  out.end();
  out.end();
  return out.finish();
}

inline void add_sets(std::vector<Seed>& seeds, const TemporaryFolder& folder) {
  using namespace faceptor;
  seeds.push_back({"celeba_pickle", "two", celeba_pickle_seed()});

  const auto picture = encode_png(pictures::smooth(4, 4));
  const std::vector<std::vector<std::byte>> pair = {picture, picture};
  datasets::write_verification_bin(folder / "pairs.bin", pair, {true});
  seeds.push_back({"verification", "pair", read_text(folder / "pairs.bin")});

  datasets::RecordWriter records(folder / "a.rec", folder / "a.idx");
  records.add(0, {.flag = 2, .labels = {2, 1}}, {});
  records.add(1, {.labels = {0}}, picture);
  const auto cut = encoders::little(0xced7230a, 4);  // a record's first number inside one: it is cut into parts there
  records.add(2, {.labels = {1}, .id = 5}, cut);
  records.finish();
  seeds.push_back({"record_io", "three", joined(read_text(folder / "a.idx"), read_text(folder / "a.rec"))});

  for (const bool compressed : {false, true}) {
    const datasets::MatArray arrays[] = {
        datasets::mat_numbers("bbox", 2, 2, {1, 2, 3, 4.5}),
        datasets::mat_cells("nameList", {datasets::mat_text("a.jpg"), datasets::mat_numbers("", 1, 1, {7}), datasets::mat_cells("", {})})};
    datasets::write_mat5(folder / "a.mat", arrays, compressed);
    seeds.push_back({"mat5", compressed ? "compressed" : "plain", read_text(folder / "a.mat")});
  }

  datasets::CofwWriter cofw(folder.path(), "train");
  const std::vector<Point> points(29, Point{1, 2});
  const std::vector<std::uint8_t> visible(29, 1);
  cofw.add(pictures::smooth(3, 2), points, visible);
  cofw.add(pictures::smooth(2, 2), points, visible, true);
  cofw.finish();
  seeds.push_back({"hdf5", "cofw", read_text(folder / "COFW_train_color.mat")});

  for (const char* name : {"latest.h5", "earliest.h5"}) {
    seeds.push_back({"hdf5", name, read_text(tests_folder() / "datasets" / "hdf5" / name)});
  }

  const std::string eight(8, '\0');
  seeds.push_back({"npy", "float64", npy::file("{'descr': '<f8', 'fortran_order': False, 'shape': (1, 1), }", eight)});
  seeds.push_back({"npy", "float32", npy::file("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2, 1), }", eight, 2)});
  seeds.push_back({"npy", "bytes", npy::file("{'descr': '|u1', 'fortran_order': False, 'shape': (2, 4), }", eight)});
}

inline void add_texts(std::vector<Seed>& seeds) {
  seeds.push_back({"label_table", "csv", "name,age,x\na.jpg,31,-1.5e2\n\"b, \"\"c\"\".jpg\",4,\r\n\nc.jpg\t7\n"});
  seeds.push_back({"label_table", "blanks", "\xEF\xBB\xBF a.jpg  1 2\t3 \n"});
  const std::string csv =
      "image,x0,y0,x1,y1,glasses,smile,mood,age,a,b,points0_x,points0_y,split\n"
      "a.jpg,84,60,171,170,1,-1,happy,31,0.5,2,3,4,train\nb.jpg,,,,,0,,sad,-1,1,1,5,6,test\n";
  const std::string json =
      "{\"image\": \"a.jpg\", \"box\": [84, 60, 171, 170], \"label\": 1, \"age\": 31, \"glasses\": 1, \"smile\": 0, "
      "\"mood\": \"sad\", \"a\": 1, \"b\": 2, \"points\": [[1, 2], [3, 4], [5, 6], [7, 8], [9, 10]], \"split\": "
      "\"train\"}\n{\"image\": \"b.jpg\", \"label\": null, \"split\": \"train\"}\n";
  for (char settings = 0; settings < 6; ++settings) {
    seeds.push_back({"manifest", "csv-" + std::to_string(settings), std::string(1, settings) + csv});
    seeds.push_back({"manifest", "json-" + std::to_string(settings), std::string(1, settings) + json});
  }
  seeds.push_back({"boxes", "lines",
                   "{\"photo\": \"./d//a.jpg\", \"boxes\": [[10, 20, 90, 110]], \"points\": [[[35, 50], [65, 50], [50, 68], [38, 88], [62, "
                   "88]]]}\n{\"photo\": \"b\\u0308.jpg\", \"boxes\": []}\n"});
  seeds.push_back({"boxes", "array", "[{\"photo\": \"a.jpg\", \"boxes\": [[1, 2, 30, 40]], \"points\": [null]}]"});
  seeds.push_back({"boxes", "csv", "photo,x0,y0,x1,y1,score\na.jpg,10,20,90,110,0.5\nc\\b.jpg,,,,\n"});
  seeds.push_back({"configuration", "toml",
                   "# a run\nstart = 1e-6\npeak = 5e-5\nwarmup = 2_000\nsteps = 0x10\n[tasks.\"a b\"]\nlist = [1, 'x', \"y\\u00e4\", true, "
                   "[2.5, inf]]\nt = { k = \"\"\"z\n\"\"\" }\n[[more]]\nx = 1979-05-27\n"});
  seeds.push_back({"configuration", "schedule", "start = 1e-6\npeak = 5e-5\nwarmup = 2000\nsteps = 50000\n"});
  seeds.push_back({"configuration", "json", "{\"start\": 1e-6, \"warmup\": 20, \"steps\": \"x\", \"more\": {\"a\": [null, true]}}"});
}

inline std::vector<Seed> seeds() {
  std::vector<Seed> out;
  const TemporaryFolder folder;
  add_pictures(out);
  add_weights(out, folder);
  add_sets(out, folder);
  add_texts(out);
  return out;
}

}  // namespace fuzz
