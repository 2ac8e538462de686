#pragma once

#include <map>
#include <string>
#include <vector>

#include <faceptor/datasets/ms1mv3.hpp>
#include <faceptor/datasets/verification.hpp>
#include <faceptor/synthetic/impl/set_writer.cpp>

namespace faceptor::synthetic::detail {

/// Keeps a picture's file for a place among others.
FACEPTOR_INLINE SetWriter::Entry encoded_entry(const SyntheticSample& sample) {
  return {.encoded = encode_jpeg(sample.image, kSetQuality), .image = {}, .face = sample.face};
}

/// Persons as records of one file.
class Ms1mv3Set final : public SetWriter {
 public:
  explicit Ms1mv3Set(const std::filesystem::path& folder) : writer_(folder) {}

  Entry store(const SetPicture&, const SyntheticSample& sample) const override { return encoded_entry(sample); }
  void add(const SetPicture&, Entry entry) override { writer_.add(static_cast<std::int64_t>(entry.face.identity), entry.encoded); }
  void finish() override { writer_.finish(); }

 private:
  data::Ms1mv3Writer writer_;
};

/// Pairs, a file for each protocol.
class VerificationSet final : public SetWriter {
 public:
  explicit VerificationSet(std::filesystem::path folder) : folder_(std::move(folder)) {}

  Entry store(const SetPicture&, const SyntheticSample& sample) const override { return encoded_entry(sample); }

  void add(const SetPicture& picture, Entry entry) override {
    if (!pictures_.empty() && picture.split != split_) write();
    split_ = picture.split;
    if (pictures_.size() % 2 == 1) same_.push_back(entry.face.identity == identity_);
    identity_ = entry.face.identity;
    pictures_.push_back(std::move(entry.encoded));
  }
  void finish() override { write(); }

 private:
  void write() {
    data::write_verification_bin(folder_ / (split_ + ".bin"), pictures_, same_);
    pictures_.clear();
    same_.clear();
  }

  std::filesystem::path folder_;
  std::string split_;
  std::uint64_t identity_ = 0;
  std::vector<std::vector<std::byte>> pictures_;
  std::vector<bool> same_;
};

}  // namespace faceptor::synthetic::detail
