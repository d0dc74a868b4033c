//! `imagine embed`.

mod rows;

use std::fs;
use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use imagine_sdk::bulk::RowError;
use imagine_sdk::{Error, ErrorKind};

use self::rows::{Format, Reader, Row};
use crate::failure::{Exit, Failure, Result};
use crate::session::Session;
use crate::{models, output, terminal};

/// Compute embeddings of text, JSONL or CSV.
///
/// The output has the fields of the input, and `embedding`. With `--resume`, rows that the output file already contains
/// are not computed again.
#[derive(Args, Debug)]
pub(crate) struct Embed {
    /// The strings to embed, instead of a file.
    texts: Vec<String>,

    /// The input file: CSV with a header, or JSONL. In any other file, each line is embedded.
    #[arg(short, long, value_name = "FILE", conflicts_with = "texts")]
    input: Option<PathBuf>,

    /// The file to write, CSV if its name ends in `.csv`, otherwise JSONL. Default: JSONL on stdout.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// The column or field with the text.
    #[arg(long, default_value = "text", value_name = "NAME")]
    field: String,

    /// The number of rows in one request.
    #[arg(long, default_value_t = 32, value_parser = clap::value_parser!(u16).range(1..))]
    batch: u16,

    /// The number of concurrent requests.
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..))]
    concurrency: u16,

    /// Continue after a rejected row, which gets no embedding.
    #[arg(long)]
    keep_going: bool,

    /// Continue an incomplete output file.
    #[arg(long, requires = "output")]
    resume: bool,

    /// The model.
    #[arg(short, long, add = models::completer())]
    model: Option<String>,
}

impl Embed {
    pub(crate) async fn run(self, session: &Session) -> Result<()> {
        let rows = self.rows()?;
        let client = session.inference()?;
        let mut output = Output::open(&self, &rows)?;
        let missing = rows.get(output.complete..).unwrap_or_default();
        session.log(|| format!("{} of {} rows are complete", output.complete, rows.len()));
        let texts = missing.iter().map(|row| row.text.clone());
        let model = self.model.clone();
        let run = client.embed_all(texts).each(move |call| match &model {
            Some(model) => call.model(model.clone()),
            None => call,
        });
        let run = run.batch(self.batch.into());
        let mut results = run.concurrency(self.concurrency.into()).stream().await?;
        let mut failed = 0;
        for row in missing {
            let Some(result) = results.next().await else {
                break;
            };
            let embedding = self.accept(result.result)?;
            failed += usize::from(embedding.is_none());
            output.write(row, embedding.as_deref())?;
        }
        match failed {
            0 => Ok(()),
            failed => {
                let message = format!("{failed} rows have no embedding");
                Err(Failure::new(Exit::Incomplete, message).with_hint("fix their texts"))
            }
        }
    }

    /// Returns the embedding of a row, or none for a rejected row with `--keep-going`.
    fn accept(&self, result: std::result::Result<Vec<f32>, RowError>) -> Result<Option<Vec<f32>>> {
        match result {
            Ok(embedding) => Ok(Some(embedding)),
            Err(error) if self.keep_going && is_of_row(error.error()) => {
                Failure::of_row(&error).print();
                Ok(None)
            }
            Err(error) => {
                let hint =
                    "`--resume` continues the output file, `--keep-going` skips rejected rows";
                Err(Failure::of_row(&error).with_hint(hint))
            }
        }
    }

    /// Reads the texts.
    fn rows(&self) -> Result<Vec<Row>> {
        if !self.texts.is_empty() {
            let texts = self.texts.iter();
            return Ok(texts.map(|text| Row::of_text(&self.field, text)).collect());
        }
        let (format, text) = match &self.input {
            Some(path) if path != Path::new("-") => {
                let text = fs::read_to_string(path).map_err(|error| Failure::file(path, error))?;
                (Format::of_input(path), text)
            }
            _ if terminal::is_stdin() => {
                return Err(Failure::usage("there are no texts")
                    .with_hint("pass them as arguments, with `--input FILE`, or on stdin"));
            }
            _ => (Format::Jsonl, terminal::read_stdin()?),
        };
        Reader {
            format,
            field: &self.field,
        }
        .read(&text)
    }
}

/// Returns true for failures of one row; others concern all rows.
fn is_of_row(error: &Error) -> bool {
    let kind = error.kind();
    matches!(
        kind,
        ErrorKind::InvalidRequest | ErrorKind::InvalidArgument | ErrorKind::InvalidOutput
    )
}

/// The output, and the number of rows that it had.
struct Output {
    format: Format,
    file: Option<(PathBuf, fs::File)>,
    complete: usize,
}

impl Output {
    fn open(embed: &Embed, rows: &[Row]) -> Result<Self> {
        let Some(path) = &embed.output else {
            return Ok(Self {
                format: Format::Jsonl,
                file: None,
                complete: 0,
            });
        };
        let format = Format::of_output(path);
        let failure = |error: std::io::Error| Failure::file(path, error);
        let mut options = fs::OpenOptions::new();
        options.create(true).read(true).append(true);
        let mut file = options.open(path).map_err(failure)?;
        let complete = match embed.resume {
            true => resume(&mut file, format, rows).map_err(|problem| {
                Failure::file(path, problem).with_hint("choose another output file")
            })?,
            false => {
                file.set_len(0).map_err(failure)?;
                0
            }
        };
        if format == Format::Csv && file.metadata().map_err(failure)?.len() == 0 {
            let header = rows.first().map(Row::csv_header).unwrap_or_default();
            file.write_all(header.as_bytes()).map_err(failure)?;
        }
        Ok(Self {
            format,
            file: Some((path.clone(), file)),
            complete,
        })
    }

    fn write(&mut self, row: &Row, embedding: Option<&[f32]>) -> Result<()> {
        let line = row.line(self.format, embedding)?;
        match &mut self.file {
            Some((path, file)) => file
                .write_all(line.as_bytes())
                .map_err(|error| Failure::file(path, error)),
            None => output::text(&line),
        }
    }
}

/// Returns the number of complete rows of an output file, and removes a row that was written partly.
fn resume(file: &mut fs::File, format: Format, rows: &[Row]) -> std::result::Result<usize, String> {
    let mut lines = 0;
    let mut length = 0;
    let mut last = Vec::new();
    let mut reader = std::io::BufReader::new(&*file);
    loop {
        let mut line = Vec::new();
        let read = reader.read_until(b'\n', &mut line);
        read.map_err(|error| error.to_string())?;
        if !line.ends_with(b"\n") {
            break;
        }
        length += line.len() as u64;
        lines += 1;
        last = line;
    }
    file.set_len(length).map_err(|error| error.to_string())?;
    let complete = match format {
        Format::Csv => usize::saturating_sub(lines, 1),
        _ => lines,
    };
    let Some(row) = complete.checked_sub(1) else {
        return Ok(0);
    };
    let is_same = rows
        .get(row)
        .is_some_and(|row| row.starts(format, &String::from_utf8_lossy(&last)));
    match is_same {
        true => Ok(complete),
        false => Err(format!("row {complete} is not from this input")),
    }
}
