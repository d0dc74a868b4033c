//! The calls of the SDK, which the generated modules make for each operation.
//!
//! They are macros, because the builders of the operations have the same methods, but no trait.

/// Sends a request with the fields of a call and returns the bytes of the response.
macro_rules! json {
    ($client:ident, $call:ident, $request:ty) => {{
        let builder = $client.call($call.decode::<$request>()?);
        let builder = $crate::operation::send::with_extra!(builder, $call);
        Ok(builder.send_raw().await?.into_inner())
    }};
}

/// As `json!`, or prints the events of the stream if the call requests it.
macro_rules! json_or_stream {
    ($client:ident, $call:ident, $request:ty) => {{
        let builder = $client.call($call.decode::<$request>()?);
        let builder = $crate::operation::send::with_extra!(builder, $call);
        if !$call.streams {
            return Ok(builder.send_raw().await?.into_inner());
        }
        let mut stream = builder.stream().await?;
        while let Some(event) = stream.next().await {
            $crate::output::json_line(&event?)?;
        }
        Ok(Bytes::new())
    }};
}

/// Sends a form: its files with their setters, the other fields by their names.
macro_rules! form {
    ($client:ident.$method:ident($($argument:expr),*), $call:ident, [$(($name:literal, $setter:ident)),*]) => {{
        let mut builder = $client.$method($($argument),*);
        $(
            if $call.fields.contains_key($name) {
                builder = builder.$setter($call.file($name)?);
            }
        )*
        let mut known: Vec<&str> = $call.operation.arguments.to_vec();
        known.extend_from_slice(&[$($name),*]);
        for (name, value) in $call.others(&known) {
            builder = builder.with_extra_field(name, value.clone());
        }
        let builder = $crate::operation::send::with_extra!(builder, $call);
        Ok(builder.send_raw().await?.into_inner())
    }};
}

/// Submits a job and returns its handle.
macro_rules! submit {
    ($client:ident, $call:ident, $request:ty) => {{
        let builder = $client.call($call.decode::<$request>()?);
        let builder = $crate::operation::send::with_extra!(builder, $call);
        Ok(builder.await?)
    }};
}

/// Adds the fields that the specification does not have.
macro_rules! with_extra {
    ($builder:ident, $call:ident) => {{
        let extra = $call.extra.iter();
        extra.fold($builder, |builder, (name, value)| {
            builder.with_extra_field(name, value.clone())
        })
    }};
}

pub(crate) use {form, json, json_or_stream, submit, with_extra};
